"""The websockets library's broadcast(), on uvloop: a message from one client goes to all."""

import asyncio
import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

everyone: set[ServerConnection] = set()


async def pass_on(connection: ServerConnection) -> None:
    everyone.add(connection)
    try:
        async for message in connection:
            broadcast(everyone, message)
    finally:
        everyone.remove(connection)


async def main(port: int) -> None:
    async with serve(pass_on, "127.0.0.1", port, compression=None, backlog=4096):
        await asyncio.Future()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
