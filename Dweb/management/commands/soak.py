"""Tests on this machine that no acknowledged message is lost: cuts sockets, kills the server, and counts."""

import os
import random
import secrets
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from Dweb.soak.participants import Participant, Receiver, Sender
from Dweb.soak.person import NoAnswerError, Person
from Dweb.soak.report import Report, cross_server_delay, judge
from Dweb.soak.server import ServerError
from Dweb.soak.servers import OwnServers

CUT_SECONDS = 0.5  # between two cut sockets
FINISH_SECONDS = 60  # for messages that are under way at the end
BAR_WIDTH = 30
VIAS = ("socket", "client", "sse", "poll")
VIA_HELP = "a socket as pages have it, or the Python client over a socket, server-sent events, or long polls"

Fault = tuple[float, Callable[[], None]]  # the second of the soak, and what happens then


class Command(BaseCommand):
    help = (
        "Starts a server on a temporary database, keeps cutting sockets and killing the server while people write, "
        "and checks that every client got every acknowledged message, once and in order."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clients", type=int, default=50, help="receivers")
        parser.add_argument("--senders", type=int, default=10, help="every second one over the socket, the others POST")
        parser.add_argument("--seconds", type=float, default=60)
        parser.add_argument("--rate", type=float, default=50, help="messages a second, of all senders together")
        parser.add_argument("--kill-every", type=float, default=8, help="seconds between two kills; 0 for none")
        parser.add_argument("--servers", type=int, default=1, help="of its own, on one database; several with Redis")
        parser.add_argument("--workers", type=int, default=1, help="processes of each server")
        parser.add_argument("--redis-stops", type=int, default=0, help="how often Redis is stopped for 10 seconds")
        parser.add_argument("--master-kills", type=int, default=0, help="how often a server's master alone is killed")
        parser.add_argument("--via", choices=VIAS, default=VIAS[0], help=VIA_HELP)
        parser.add_argument("--open", action="store_true", help="an open room, and not a private one by invitation")
        parser.add_argument("--url", help="a server that runs already: its sockets are cut, it is not killed")

    def handle(self, *, url: str | None, servers: int, workers: int, **options: Any) -> None:
        if options["redis_stops"] and (url or servers * workers == 1):
            raise CommandError("There is no Redis to stop: ask for several servers or workers, and for no --url.")
        if options["master_kills"] and url:
            raise CommandError("A server that runs already is not killed: ask for no --url.")
        try:
            with self._servers_under_test(url, servers, workers) as own:
                report = self._soak(own, own.urls if own else [url or ""], **options)
        except (NoAnswerError, ServerError, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(report.table())
        if not report.good:
            raise CommandError("The promise does not hold here.")
        self.stdout.write(self.style.SUCCESS("Nothing lost, nothing twice, everything in order."))

    def _soak(
        self, own: OwnServers | None, urls: Sequence[str], *, clients: int, senders: int, seconds: float, **options: Any
    ) -> Report:
        self._say(f"Making {clients + senders} accounts at {', '.join(urls)} …")
        with ThreadPoolExecutor(4) as pool:
            people = list(pool.map(lambda number: Person(urls, number), range(clients + senders)))
            room = self._meet(pool, people, private=not options["open"])
        apart = senders / options["rate"]
        receivers, writers = _participants(options["via"], people[:clients], people[clients:], room, apart)
        for receiver in receivers:
            receiver.start()
        for receiver in receivers:
            if not receiver.ready.wait(FINISH_SECONDS):
                raise CommandError("Not every receiver could connect and resume.")
        for writer in writers:
            writer.start()
        faults = _spread(own, seconds, options["redis_stops"], options["master_kills"]) if own else []
        cuts = self._inject_faults(own, [*receivers, *writers], seconds, options["kill_every"] or seconds + 1, faults)
        self._finish(receivers, writers)
        acknowledged = sorted(noted for writer in writers for noted in writer.acknowledged)
        answered = (at for writer in writers for at in writer.answered)
        accepted = {number: at for writer in writers for number, at in writer.accepted.items()}
        digests = {number: digest for writer in writers for number, digest in writer.digests.items()}
        return judge(
            acknowledged,
            [receiver.seen for receiver in receivers],
            answered,
            files=len(digests),
            wrong_files=_wrong_files(people[0], receivers[0].files, digests),
            cuts=cuts,
            kills=own.kills if own else 0,
            master_kills=own.master_kills if own else 0,
            redis_stops=own.redis_stops if own else 0,
            cross_server_delay=cross_server_delay(accepted, [receiver.arrived for receiver in receivers]),
        )

    def _meet(self, pool: ThreadPoolExecutor, people: Sequence[Person], *, private: bool) -> str:
        """Brings all people into one room, a private one by invitation. Returns its name."""
        if not private:
            room = f"soak-{secrets.token_hex(4)}"
            list(pool.map(lambda person: person.join(room), people))
            return room
        first, *others = people
        room = first.make_private_room("Soak")
        path = first.invite(room, len(others))
        list(pool.map(lambda person: person.take(path), others))
        return room

    def _inject_faults(
        self,
        own: OwnServers | None,
        participants: Sequence[Participant],
        seconds: float,
        kill_every: float,
        faults: list[Fault],
    ) -> int:
        """Cuts and kills for so many seconds, and until all faults were injected.

        A restart may take longer than the time to the next fault. Returns how many sockets were cut.
        """
        began = time.monotonic()
        next_kill = kill_every
        cuts = 0
        while (passed := time.monotonic() - began) < seconds or faults:
            if own is not None:
                own.restart_redis_when_due()
                if faults and passed >= faults[0][0]:
                    faults.pop(0)[1]()
                if passed >= next_kill:
                    own.kill_one()
                    next_kill = passed + kill_every
            random.choice(participants).cut()  # noqa: S311 - no secret
            cuts += 1
            self._progress(min(1.0, passed / seconds), own)
            time.sleep(CUT_SECONDS)
        self._progress(1, own)
        return cuts

    def _finish(self, receivers: Sequence[Receiver], writers: Sequence[Sender]) -> None:
        """Stops the senders after their current messages, and the receivers once they have all messages."""
        self._say("\nWaiting for messages that are under way …")
        for writer in writers:
            writer.stop()
        for writer in writers:
            writer.join(FINISH_SECONDS)
        head = max((number for writer in writers for number, _ in writer.acknowledged), default=0)
        deadline = time.monotonic() + FINISH_SECONDS
        while time.monotonic() < deadline and any(receiver.last < head for receiver in receivers):
            time.sleep(0.1)
        for receiver in receivers:
            receiver.stop()
        for receiver in receivers:
            receiver.join(FINISH_SECONDS)

    @contextmanager
    def _servers_under_test(self, url: str | None, servers: int, workers: int) -> Iterator[OwnServers | None]:
        """Starts servers, unless a `url` names one that runs already."""
        if url:
            yield None
            return
        with _temporary_database() as environ, OwnServers(settings.BASE_DIR, environ, servers, workers) as own:
            yield own

    def _say(self, text: str) -> None:
        self.stderr.write(text)

    def _progress(self, part: float, own: OwnServers | None) -> None:
        bar = ("#" * round(part * BAR_WIDTH)).ljust(BAR_WIDTH, ".")
        kills = f"  {own.kills} kills" if own else ""
        self.stderr.write(f"\r[{bar}] {part:4.0%}{kills}", ending="")
        self.stderr.flush()


def _participants(
    via: str, readers: Sequence[Person], senders: Sequence[Person], room: str, apart: float
) -> tuple[Sequence[Receiver], Sequence[Sender]]:
    """Those who receive, and those who send every so many seconds."""
    if via == VIAS[0]:
        writers = [Sender(person, room, apart, over_socket=bool(n % 2)) for n, person in enumerate(senders)]
        return [Receiver(person, room) for person in readers], writers
    sys.path.append(str(settings.BASE_DIR / "client"))  # unless the package is installed
    try:
        from Dweb.soak.programs import ProgramReceiver, ProgramSender
    except ModuleNotFoundError as error:
        raise CommandError(f"The Python client is missing, which is in client/: {error}") from None
    over = "socket" if via == "client" else via
    return (
        [ProgramReceiver(person, room, over) for person in readers],
        [ProgramSender(person, room, apart) for person in senders],
    )


def _wrong_files(person: Person, files: Mapping[int, str], digests: Mapping[int, str]) -> int:
    """Counts messages, by their numbers, whose file is not what was sent. Reads all of them as a receiver."""
    person.close()
    return sum(
        sha256(person.download(files.get(number, "none"))).hexdigest() != digest for number, digest in digests.items()
    )


def _spread(own: OwnServers, seconds: float, redis_stops: int, master_kills: int) -> list[Fault]:
    """The faults that are asked for by number, spread over the soak."""
    kinds = ((redis_stops, own.stop_redis), (master_kills, own.kill_master))
    faults = [(seconds * (number + 1) / (count + 1), inject) for count, inject in kinds for number in range(count)]
    return sorted(faults, key=itemgetter(0))


@contextmanager
def _temporary_database() -> Iterator[dict[str, str]]:
    """Makes a database for the soak: a file, or another database on the server of a mysql:// DATABASE_URL."""
    if connection.vendor != "mysql":
        yield {"DATABASE_URL": ""}
        return
    name = f"dweb_soak_{secrets.token_hex(4)}"
    url = os.environ["DATABASE_URL"].rpartition("/")[0]
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
    except DatabaseError as error:
        raise CommandError(f"The soak needs a database of its own, which this user may not make: {error}") from None
    try:
        yield {"DATABASE_URL": f"{url}/{name}"}
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")
