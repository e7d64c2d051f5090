"""The command `dweb`: sends a message, prints a room as it goes on, exports one."""

import argparse
import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from typing import NoReturn

from . import Chat, ChatError, Event
from .calls import LOBBY
from .following import LINES

SECRET = re.compile(r"[\w-]{20,}")  # as long as a token
WRONG, INTERRUPTED = 1, 130

ABOUT = """Talks to a Dweb chat server. DWEB_URL is its address and DWEB_TOKEN a token, if no option says so;
a token in a file or in the environment is not shown to other users of this machine."""


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """A token that stood in the wrong place is not printed: terminals and logs keep what is."""
        super().error(SECRET.sub("…", message))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Returns the status with which the process ends."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        chat = _chat(options)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    try:
        with chat:
            options.run(chat, options)
            sys.stdout.flush()
    except (ChatError, OSError, ValueError) as error:
        if isinstance(error, BrokenPipeError):  # as of `dweb tail | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        print(f"dweb: {error}", file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _parser() -> Parser:
    parser = Parser("dweb", description=ABOUT, parents=[_server_options()], allow_abbrev=False)
    parser.set_defaults(url=os.environ.get("DWEB_URL"), token=None, token_file=None, timeout=60.0)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)

    send = commands.add_parser("send", help="send a message", parents=[_server_options()], allow_abbrev=False)
    send.add_argument("text", nargs="*", help="without it, or with -, what comes on the standard input")
    send.add_argument("--room", help="the lobby, without one")
    send.add_argument("--to", type=int, metavar="USERID", help="in private")
    send.add_argument("--reply", type=int, metavar="SEQ", help="the number of a message of the room")
    send.add_argument("--file", action="append", default=[], metavar="FILE", help="may be given again")
    send.set_defaults(run=_send)

    tail = commands.add_parser(
        "tail", help="print what is said, and go on printing", parents=[_server_options()], allow_abbrev=False
    )
    tail.add_argument("room", nargs="*", help="all of one's own, without one")
    tail.add_argument("--start", choices=["beginning", "now"], default="beginning")
    tail.add_argument("--place", metavar="FILE", help="keeps how far this came, and goes on from there")
    tail.add_argument("--via", choices=[*LINES], default="socket")
    tail.add_argument("--json", action="store_true", help="one line of JSON for each event")
    tail.set_defaults(run=_tail)

    about = "print a room's whole history as lines of JSON"
    export = commands.add_parser("export", help=about, parents=[_server_options()], allow_abbrev=False)
    export.add_argument("room", nargs="?", default=LOBBY)
    export.set_defaults(run=_export)
    return parser


def _server_options() -> Parser:
    """Options that may stand before the command and after it."""
    parser = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    parser.add_argument("--url", help="the server's address")
    parser.add_argument("--token", help="a token; other users of this machine can see it")
    parser.add_argument("--token-file", metavar="FILE", help="a file that has a token")
    about = "to try for, while the server is away (60)"
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help=about)
    return parser


def _chat(options: argparse.Namespace) -> Chat:
    token = options.token or os.environ.get("DWEB_TOKEN")
    if options.token_file:
        with open(options.token_file, encoding="utf-8") as file:
            token = file.read()
    if not options.url:
        raise ValueError("give the server's address with --url or DWEB_URL")
    if not token:
        raise ValueError("give a token with DWEB_TOKEN or --token-file")
    return Chat(options.url, token, timeout=options.timeout)


def _send(chat: Chat, options: argparse.Namespace) -> None:
    text = " ".join(options.text)
    if text in ("", "-") and not (options.file and not options.text):
        text = sys.stdin.read().rstrip("\n")
    sent = chat.send(text, options.room, to=options.to, reply=options.reply, files=options.file)
    print(int(sent))


def _tail(chat: Chat, options: argparse.Namespace) -> None:
    events = chat.events(options.room or None, start=options.start, place=options.place, via=options.via)
    _print(events, options.json, name_rooms=len(options.room) != 1)


def _export(chat: Chat, options: argparse.Namespace) -> None:
    _print(chat.history(options.room), as_json=True)


def _print(events: Iterable[Event], as_json: bool, name_rooms: bool = False) -> None:
    for event in events:
        line = _json_of(event) if as_json else _line_of(event, name_rooms)
        if line:
            print(line, flush=True)


def _json_of(event: Event) -> str:
    return json.dumps(
        {"type": event.type, **(event.data or {"room": event.room, "seq": event.seq})}, ensure_ascii=False
    )


def _line_of(event: Event, name_rooms: bool) -> str:
    """A line for people; none for what a reader of lines need not know."""
    room = f"#{event.room} " if name_rooms else ""
    time = event.time.astimezone().strftime("%Y-%m-%d %H:%M") if event.time else "-"
    if event.type == "reset":
        return f"{time} {room}* the history was replaced; it begins again"
    if event.type == "message" and not event.is_deleted:
        files = "".join(f" [{file.name}]" for file in event.files)
        return _plain(f"{time} {room}{event.user}: {event.text}{files}")
    if event.type == "edit" and event.text:
        return _plain(f"{time} {room}* {event.of} now says: {event.text}")
    if event.type == "delete":
        return f"{time} {room}* {event.of} was deleted"
    return ""


def _plain(text: str) -> str:
    """Further lines are indented; what would steer a terminal is not printed."""
    shown = "".join(char if char.isprintable() or char == "\n" else "�" for char in text.replace("\t", " "))
    return shown.replace("\n", "\n    ")
