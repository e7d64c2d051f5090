"""Participants that use the Python client, which resumes and sends again by itself."""

import logging
import secrets
import time

from dweb_client import Chat
from dweb_client.following import Via

from .participants import Receiver, Sender
from .person import Person

logging.getLogger("dweb_client").setLevel(logging.WARNING)  # each try to connect again is what is tested here


def chat_of(person: Person) -> Chat:
    return Chat(person.url, person.make_token(), timeout=None)


class ProgramReceiver(Receiver):
    """Receives the room's events by the client, which begins at the room's beginning."""

    def __init__(self, person: Person, room: str, via: Via) -> None:
        super().__init__(person, room)
        self._via: Via = via
        self._chat = chat_of(person)

    def cut(self) -> None:
        self._chat.drop_connections()

    def stop(self) -> None:
        self._chat.close()

    def run(self) -> None:
        self.ready.set()
        for event in self._chat.events(self._room, via=self._via):
            if event.type == "message":
                self.seen.append((event.seq, event.text))
                self.arrived[event.seq] = (time.monotonic(), self._person.at)
                for file in event.files:
                    self.files[event.seq] = file.id


class ProgramSender(Sender):
    """Sends messages by the client, each once: the client sends it again until a server acknowledges it."""

    def __init__(self, person: Person, room: str, seconds_apart: float) -> None:
        super().__init__(person, room, seconds_apart, over_socket=False)
        self._chat = chat_of(person)
        self._send = self._by_client

    def cut(self) -> None:
        self._chat.drop_connections()

    def _by_client(self, text: str, cid: str) -> int:
        files = [] if self._file is None else [self._chat.upload(self._file, f"{secrets.token_hex(4)}.bin")]
        return int(self._chat.send(text, self._room, files=files, cid=cid))

    def _drop(self) -> None:
        self._chat.close()
