"""Copies a chat to another database: from SQLite to MySQL or MariaDB, or back."""

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from chatproj import databases
from Dweb.transfer import ends, rows

IN_SIGHT = (
    "Every user of this machine can see the password of %(name)s in `ps`, as long as this command runs."
    " `%(name)s env:VARIABLE` and `%(name)s file:PATH` take the URL from there."
)


class Command(BaseCommand):
    help = (
        "Copies everything that a chat has stored into another database, numbers and times as they are: people with "
        "their passwords and sessions, rooms, messages, read marks, the search index. The source is only read, as it "
        "is when the copy begins: stop the server first, for what is written meanwhile is not copied. The target gets "
        "its tables, if it has none, and must hold no chat. All rows are written in one transaction: a copy that "
        "fails or is interrupted leaves the target without any, and is simply run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        form = "sqlite:///path, mysql://user:password@host:port/name, or its place: env:VARIABLE, file:PATH"
        parser.add_argument("--from", required=True, metavar="URL", dest="source", help=f"{form}; only read")
        parser.add_argument("--to", required=True, metavar="URL", dest="target", help="likewise; holds no chat yet")

    def handle(self, *, source: str, target: str, **options: Any) -> None:
        try:
            counts = self._copy(self._config("--from", source), self._config("--to", target))
        except (ends.NotCopyable, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from None
        except (DatabaseError, rows.NotEqual) as error:
            raise CommandError(f"The copy failed, and what was written is undone: {error}") from None
        self.stdout.write(_table(counts))
        self.stdout.write(self.style.SUCCESS("Everything is there."))

    def _config(self, name: str, given: str) -> dict[str, object]:
        url = _url(name, given)
        try:
            target = databases.parse_url(url.strip())
        except ValueError as error:
            raise CommandError(f"{name} {error}.") from None
        if url is given and target.get("PASSWORD"):
            self.stderr.write(self.style.WARNING(IN_SIGHT % {"name": name}))
        return databases.entry(target, settings.DB_MAX_CONNECTIONS)

    def _copy(self, source: ends.Config, target: ends.Config) -> Sequence[rows.Count]:
        self._shown = ""
        try:
            with ends.opened(source, target):
                ends.prepare()
                return rows.copy(self._progress)
        finally:
            if self._shown:
                self.stderr.write("")  # the end of the line

    def _progress(self, table: str, done: int, total: int) -> None:
        shown = f"\r{done / total:4.0%}  {table}".ljust(40)
        if shown != self._shown:
            self.stderr.write(shown, ending="")
            self.stderr.flush()
            self._shown = shown


def _url(name: str, given: str) -> str:
    """Returns the URL that is given, or that is in the variable or the file that is given."""
    kind, _, place = given.partition(":")
    if kind == "env":
        if place not in os.environ:
            raise CommandError(f"{name}: there is no variable {place} in the environment.")
        return os.environ[place]
    if kind == "file":
        try:
            return Path(place).read_text()
        except (OSError, ValueError) as error:
            raise CommandError(f"{name}: {place} cannot be read: {error}") from None
    return given


def _table(counts: Sequence[rows.Count]) -> str:
    lines = [("table", "from", "to"), *((count.table, f"{count.source:,}", f"{count.target:,}") for count in counts)]
    wide = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(f"{name:<{wide[0]}}  {one:>{wide[1]}}  {other:>{wide[2]}}" for name, one, other in lines)
