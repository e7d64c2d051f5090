"""The cleaner: what no message has goes, and nothing else."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest
from django.conf import settings
from django.test import TestCase
from django.utils import timezone

from Dweb.files import cleaner, storage
from Dweb.models import Attachment, File, Leftover

from ..support.fakes import make_user
from ..support.stored import files_in, names_in

OLD = timedelta(seconds=settings.UNSENT_FILE_SECONDS + 60)


class Cleaning(TestCase):
    def setUp(self) -> None:
        self.folder = self.enterContext(files_in(Path(self.enterContext(TemporaryDirectory()))))
        self.user = make_user("ann")

    def stored(self, *, age: timedelta = timedelta()) -> File:
        """A file with its previews."""
        name = storage.new_name()
        for each in (name, *(storage.preview_name(name, size) for size in storage.PREVIEW_SIZES)):
            path = storage.incoming() / "part"
            path.write_bytes(b"bytes")
            storage.move_in(path, each)
        return File.objects.create(owner=self.user, name="a", size=5, stored=name, made=timezone.now() - age)

    def test_what_no_message_has_goes_after_a_day(self) -> None:
        new, old, sent = self.stored(), self.stored(age=OLD), self.stored(age=OLD)
        File.objects.create(owner=self.user, name="in pieces", size=9, made=timezone.now() - OLD)
        Attachment.objects.create(event=1, file=sent, place=0)
        before = names_in(self.folder)
        cleaner.clean()
        assert {*File.objects.all()} == {new, sent}
        assert before - names_in(self.folder) == {name for name in before if name.startswith(old.stored)}
        assert not Leftover.objects.exists()

    def test_leftovers_go_when_they_are_due(self) -> None:
        due, later = self.stored(), self.stored()
        for file, wait in ((due, timedelta()), (later, timedelta(hours=1))):
            Leftover.objects.create(stored=file.stored, due=timezone.now() + wait)
            file.delete()
        cleaner.clean()
        assert {name[:35] for name in names_in(self.folder)} == {later.stored}
        assert {*Leftover.objects.values_list("pk", flat=True)} == {later.stored}

    def test_one_that_cannot_be_deleted_holds_up_no_other(self) -> None:
        bad, good = sorted(self.stored().stored for _ in range(2))
        File.objects.all().delete()
        Leftover.objects.bulk_create([Leftover(stored=bad), Leftover(stored=good)])
        delete = storage.delete

        def refuse(stored: str) -> None:
            if stored == bad:
                raise PermissionError(13, "not for you")
            delete(stored)

        with mock.patch.object(storage, "delete", refuse):
            cleaner.delete_leftovers()
        assert {name[:35] for name in names_in(self.folder)} == {bad}
        [left] = Leftover.objects.all()
        assert left.due > timezone.now()

    def test_it_cleans_however_often_it_is_woken(self) -> None:
        made = cleaner.Cleaner()
        turns: list[str] = []

        def note(name: str, work: Callable[[], None]) -> None:
            turns.append(work.__name__)
            made.wake()
            if turns.count("clean") == 3:
                raise SystemExit

        with (
            mock.patch.object(cleaner, "attempt", note),
            self.settings(FILES_SECONDS=0.05),
            pytest.raises(SystemExit),
        ):
            made._run()
        assert "delete_leftovers" in turns

    def test_a_leftover_without_bytes_is_none(self) -> None:
        Leftover.objects.create(stored=storage.new_name())
        cleaner.clean()
        assert not Leftover.objects.exists()

    def test_what_a_killed_server_left_goes_after_a_day(self) -> None:
        old, new = storage.incoming() / "old", storage.incoming() / "new"
        for path in (old, new):
            path.write_bytes(b"half")
        os.utime(old, (0, time.time() - OLD.total_seconds()))
        cleaner.clean()
        assert [*storage.incoming().iterdir()] == [new]
