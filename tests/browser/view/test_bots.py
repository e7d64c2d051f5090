"""Bots in the page: the mark stands beside their names wherever people are shown."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ...support.programs import Program
from ...support.server import Server, Visitor
from ..axe import violations
from ..tab import Tab
from .test_search import search

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]

MAKE = """
from Dweb.accounts import tokens
from Dweb.models import BotKind, Membership, Room, User
bot = User.objects.create(account="{name}", username="{name}", bot=BotKind.BOT, is_guest=True, password="!")
Membership.objects.create(user=bot, room=Room.objects.get(name="{room}"))
print(bot.pk, tokens.make(bot, tokens.Wanted("key"))[1])
"""


def test_a_bot_is_marked_in_messages_lists_cards_searches_and_mentions(
    visit: Opener, server: Server, two: Two, room: str, screen: Screen
) -> None:
    name = f"robot{two[0].userid}"
    made = server.run("manage.py", "shell", "--no-imports", "-c", MAKE.format(name=name, room=room)).split()
    bot = Program(server, Visitor(server, int(made[-2]), name, ""), made[-1])
    bot.say(f"built by {name}", room=room)
    tab = visit(server, two[0], f"/news_chat/?num={room}", viewport=screen).greeted()
    expect(tab.page.locator("#messages .message .by")).to_contain_text(f"{name} bot")
    tab.open_details()
    expect(tab.details.locator("li", has_text=name)).to_contain_text("bot")
    expect(tab.details.locator("li", has_text=two[1].username)).not_to_contain_text("bot")
    assert violations(tab.page) == []
    tab.page.keyboard.press("Escape")
    expect(tab.details).to_be_hidden()
    tab.field.fill("@robot")
    expect(tab.options.filter(has_text=name)).to_contain_text("bot")
    tab.field.fill("")
    tab.page.locator("#messages .message .name").click()
    card = tab.page.locator("dialog.menu")
    expect(card.locator(".name")).to_have_text(f"{name} bot")
    expect(card.get_by_role("menuitem", name="Message")).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(search(tab, name)).to_contain_text(f"{name} bot")
