"""Mentions: whom a message names, and how many of those that mention a user are unread."""

import pytest

from Dweb.chat import mentions, messages
from Dweb.live.wire import Kind
from Dweb.log.entry import Entry
from Dweb.models import LOBBY, Mark, Mention, Room, User, event_id
from Dweb.runtime import Runtime

from ..support.fakes import make_room, make_user, talk
from ..support.mentions import CASES
from ..support.said import write as chatter

HELLO = {"type": "hello"}
ALL = Mention.EVERYONE


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room("111", alice, bob)


def say(live: Runtime, sender: User, text: str, room: str = "111") -> int:
    return messages.submit(live, sender, Entry(Kind.MESSAGE, text, room)).seq


def edit(live: Runtime, sender: User, seq: int, text: str = "") -> None:
    messages.submit(live, sender, Entry(Kind.EDIT if text else Kind.DELETION, text, "111", of=seq))


def unread(live: Runtime, user: User, room: str = "111") -> tuple[int, int]:
    """Messages, and mentions."""
    [said] = [each for each in talk(live, user, HELLO)[0]["rooms"] if each["room"] == room]
    return said["unread"], said.get("mentions", 0)


def named(text: str, room: str = "111") -> set[str]:
    ids = mentions.mentioned(text, room, 0)
    assert {*User.objects.filter(pk__in=ids).values_list("pk", flat=True)} == ids - {ALL}
    return {*User.objects.filter(pk__in=ids).values_list("account", flat=True), *(["all"] if ALL in ids else [])}


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_whom_a_text_names(room: Room, text: str, expected: set[str]) -> None:
    make_user("carol")  # is not in the room
    assert named(text) == expected


def test_the_longest_name_counts_and_names_may_have_spaces_or_none_after_them(alice: User) -> None:
    for account, username in (("anna", "Anna"), ("annaboss", "Anna Boss"), ("ming", "小明"), ("wang", "小明王")):
        make_user(account, username=username)
    assert named("@Anna Boss", LOBBY) == {"annaboss"}
    assert named("@Anna Bosses", LOBBY) == {"anna"}
    assert named("@小明你好", LOBBY) == {"ming"}
    assert named("@小明王你好", LOBBY) == {"wang"}


def test_a_longer_name_of_somebody_else_is_not_a_shorter_one_of_a_member(room: Room) -> None:
    make_user("boss", username="Bob Boss")
    assert named("@Bob Boss") == set()
    assert named("@Bob Bossy") == {"bob"}


def test_a_name_that_begins_with_all_is_longer_than_all(room: Room, alice: User) -> None:
    make_user("mighty", username="All Might")
    assert named("@All Might: thanks", LOBBY) == {"mighty"}
    assert named("@All Mighty", LOBBY) == named("@all might", "111") | {"all"} == {"all"}
    make_user("all", username="All")
    make_user("here", username="Here")
    make_user("gone", username="Here Gone")
    assert named("@all", LOBBY) == {"all"}
    assert named("@here and @here gone", LOBBY) == {"gone"}


def test_nobody_mentions_themselves(live: Runtime, room: Room, alice: User, bob: User) -> None:
    assert mentions.mentioned("@bob @alice", "111", bob.pk) == {alice.pk}
    say(live, bob, "@bob, and @all")
    Mark.objects.all().delete()
    live.marks._gathered.clear()
    assert unread(live, bob) == (0, 0)


def test_a_flood_is_counted_up_to_100(live: Runtime, room: Room, alice: User, bob: User) -> None:
    chatter(room, alice, ["@all"] * 150)
    Mention.objects.bulk_create(Mention(user=ALL, event=event_id(room.pk, seq)) for seq in range(1, 151))
    assert unread(live, bob) == (100, 100)


def test_of_people_with_one_name_the_account_tells_which(alice: User) -> None:
    for account in ("liwei", "liwei2"):
        make_user(account, username="李伟", shows_account=True)
    assert named("@李伟 (liwei2) hello", LOBBY) == {"liwei2"}
    assert named("@李伟 (liwei)", LOBBY) == {"liwei"}
    assert named("@李伟 hello", LOBBY) == set()


def test_nobody_is_mentioned_in_a_private_chat_or_by_a_closed_account(alice: User, bob: User) -> None:
    assert named("@bob", make_room(f"@{alice.pk}.{bob.pk}", alice, bob).name) == set()
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert named("@bob", LOBBY) == set()


def test_a_greeting_counts_those_that_are_unread(live: Runtime, room: Room, alice: User, bob: User) -> None:
    say(live, alice, "hello")
    say(live, alice, "@bob")
    assert unread(live, bob) == (2, 1)
    say(live, alice, "@all and @bob")
    say(live, alice, "@alice")
    assert unread(live, bob) == (4, 2)
    assert unread(live, alice) == (0, 0)
    talk(live, bob, HELLO, {"type": "read", "room": "111", "seq": 2})
    assert unread(live, bob) == (2, 1)
    say(live, bob, "thanks")
    assert unread(live, bob) == (0, 0)


def test_edits_and_deletions_change_them(live: Runtime, room: Room, alice: User, bob: User) -> None:
    seq = say(live, alice, "hello")
    edit(live, alice, seq, "hello @bob")
    assert unread(live, bob) == (1, 1)
    edit(live, alice, seq, "hello @all")
    assert unread(live, bob) == (1, 1)
    edit(live, alice, seq, "hello")
    assert unread(live, bob) == (1, 0)
    edit(live, alice, seq, "hello @bob")
    edit(live, alice, seq)
    assert unread(live, bob)[1] == 0
    assert not Mention.objects.exists()


def test_a_long_absence_counts_them_all(live: Runtime, alice: User, bob: User) -> None:
    for name in ("111", "222"):
        make_room(name, alice, bob)
    for number in range(3):
        say(live, alice, f"@bob {number}", "111")
        say(live, alice, "nothing", "222")
    assert (unread(live, bob), unread(live, bob, "222")) == ((3, 3), (3, 0))
