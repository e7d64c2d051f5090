"""A bot that answers when it is mentioned: `@its name uptime`. Asks for DWEB_URL and DWEB_TOKEN.

python examples/bot.py ROOM … [--place FILE]
"""

import argparse
import os
import time

from dweb_client import Chat, Event

BEGAN = time.monotonic()


def answer(event: Event) -> str:
    if "uptime" in event.text:
        return f"I have been here for {time.monotonic() - BEGAN:.0f} seconds."
    return f"Hello {event.user}. I know one word: uptime."


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rooms", nargs="+")
    parser.add_argument("--place", help="a file: a bot that was away answers what it missed")
    options = parser.parse_args()
    chat = Chat(os.environ["DWEB_URL"], os.environ["DWEB_TOKEN"], timeout=None)
    me = chat.me()
    for event in chat.events(options.rooms, start="now", place=options.place):
        if event.type == "message" and event.userid != me.userid and f"@{me.name}" in event.text:
            # With this cid it answers once, also if it dies before it has noted that it did.
            chat.send(answer(event), event.room, reply=event.seq, cid=f"answer-{event.id}")


if __name__ == "__main__":
    main()
