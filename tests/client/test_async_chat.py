"""AsyncChat: what Chat does, for asyncio; and that a cancelled task leaves nothing open."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from dweb_client import AsyncChat, Chat, Closed, Event, NotFound, NotSignedIn, Unreachable

from ..support.mariadb import free_port
from ..support.programs import Program
from ..support.waiting import wait_until
from .conftest import ONCE

pytestmark = ONCE
EVERY_WAY = pytest.mark.parametrize("via", ["socket", "sse", "poll"])
T = TypeVar("T")


def run(program: Program, work: Callable[[AsyncChat], Awaitable[T]]) -> T:
    async def with_chat() -> T:
        async with AsyncChat(program.server.url, program.token) as chat:
            return await work(chat)

    return asyncio.run(with_chat())


async def take(events: AsyncIterator[Event], count: int) -> list[str]:
    return [(await anext(events)).text for _ in range(count)]


@EVERY_WAY
def test_messages_go_and_come_at_once(program: Program, room: str, via: str) -> None:
    async def talk(chat: AsyncChat) -> list[str]:
        events = chat.events(room, via=via)
        reading = asyncio.create_task(take(events, 20))
        await asyncio.gather(*(chat.send(f"{number}", room) for number in range(10)))
        chat.drop_connections()
        for number in range(10, 20):
            await chat.send(f"{number}", room)
        seen = await reading
        await events.aclose()
        return seen

    seen = run(program, talk)
    assert sorted(seen, key=int) == [f"{number}" for number in range(20)]
    assert seen[10:] == [f"{number}" for number in range(10, 20)]


def test_it_does_whatever_chat_does(program: Program, chat: Chat, room: str, tmp_path: Path) -> None:
    async def talk(other: AsyncChat) -> None:
        assert await other.me() == chat.me()
        sent = await other.send("hello", room, files=[await other.upload(b"x" * 1_500_000, "x.bin")])
        await other.edit(sent, "hello, all")
        [message, edit] = [event async for event in other.history(room)]
        assert (message.text, edit.type) == ("hello, all", "edit")
        assert await other.download(message.files[0]) == b"x" * 1_500_000
        await other.download(message.files[0], tmp_path / "copy")
        assert (tmp_path / "copy").stat().st_size == 1_500_000
        await other.delete(sent)
        assert [event.type for event in await other.latest(room, 1)] == ["delete"]
        made = await other.make_room(f"{room} too")
        await other.join(made.name)
        assert (await other.room(made.name)).joined
        assert made.name in {each.name for each in await other.rooms(room)}
        assert await other.people() == chat.people()
        assert (await other.get("/members/", room=room))["count"] == 1
        with pytest.raises(NotFound):
            await other.post("/blocks/", userid=0, blocked=1)

    run(program, talk)


@EVERY_WAY
def test_who_cancels_the_wait_leaves_no_connection_and_no_thread(program: Program, room: str, via: str) -> None:
    before = threading.active_count()

    async def cancel(chat: AsyncChat) -> None:
        await chat.send("a", room)
        begun = asyncio.Event()

        async def loop() -> None:
            async for _ in chat.events(room, via=via):
                begun.set()

        task = asyncio.create_task(loop())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(program, cancel)
    wait_until(lambda: threading.active_count() <= before)


def test_close_ends_a_loop_and_further_calls_say_so(program: Program, room: str) -> None:
    async def close(chat: AsyncChat) -> int:
        await chat.send("a", room)
        seen = []
        begun = asyncio.Event()

        async def loop() -> None:
            async for event in chat.events(room):
                seen.append(event)
                begun.set()

        task = asyncio.create_task(loop())
        await begun.wait()
        await chat.close()
        await task
        with pytest.raises(Closed):
            await chat.send("b", room)
        return len(seen)

    assert run(program, close) == 1


def test_what_is_wrong_says_what(program: Program) -> None:
    async def ask(url: str, token: str) -> None:
        async with AsyncChat(url, token, timeout=0.3) as chat:
            await anext(chat.events())

    with pytest.raises(NotSignedIn, match="copied only in part"):
        asyncio.run(ask(program.server.url, program.token[:-1]))
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1"):
        asyncio.run(ask(f"http://127.0.0.1:{free_port()}", "dweb_x"))
