"""`tail -f` into a room: lines that come within a second are one message. Asks for DWEB_URL and DWEB_TOKEN.

tail -F /var/log/syslog | python examples/tail_file.py ROOM
"""

import os
import queue
import sys
import threading

from dweb_client import Chat

SECONDS = 1.0  # of lines in one message
CHARACTERS = 1_900  # of a line, and after which a message is full: it has up to 4,000
WAITING = 1_000  # lines in memory; beyond it the program that writes them waits


def read(lines: "queue.Queue[str | None]") -> None:
    for line in sys.stdin:
        lines.put(line.rstrip("\n")[:CHARACTERS])
    lines.put(None)


def gathered(lines: "queue.Queue[str | None]") -> tuple[list[str], bool]:
    """The lines of one message, and whether they are the last ones."""
    found: list[str] = []
    while sum(len(line) + 1 for line in found) < CHARACTERS:
        try:
            line = lines.get(timeout=SECONDS if found else None)
        except queue.Empty:
            return found, False
        if line is None:
            return found, True
        found.append(line)
    return found, False


def main(room: str) -> None:
    chat = Chat(os.environ["DWEB_URL"], os.environ["DWEB_TOKEN"], timeout=None)
    lines: queue.Queue[str | None] = queue.Queue(WAITING)
    threading.Thread(target=read, args=[lines], daemon=True).start()
    is_over = False
    while not is_over:
        found, is_over = gathered(lines)
        if any(found):
            chat.send("```\n" + "\n".join(found) + "\n```", room)


if __name__ == "__main__":
    main(*sys.argv[1:2] or ["lobby"])
