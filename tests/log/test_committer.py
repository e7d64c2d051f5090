"""The committer: one writer of the log that gathers, numbers, commits, publishes and answers, in this order."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import CaptureQueriesContext

from Dweb.chat import permissions
from Dweb.databases.sql import is_passing
from Dweb.live.wire import Event as WireEvent
from Dweb.live.wire import Kind
from Dweb.log.committer import Committer, NotStored
from Dweb.log.entry import Draft, Entry
from Dweb.log.standing import Check, Denied
from Dweb.log.transaction import RoomGone, Unchangeable, store
from Dweb.models import LOBBY, Event, Posting, Room, User
from Dweb.parking.activity import Activity
from Dweb.parking.precedence import of_commits
from Dweb.runtime import Runtime

from ..support.fakes import make_room, make_user, until

pytestmark = pytest.mark.django_db(transaction=True)


class Hold:
    """Holds the committer's thread after its first commit, so that what comes meanwhile gathers."""

    def __init__(self) -> None:
        self.held = threading.Event()
        self.released = threading.Event()

    def __call__(self, room: str, events: Sequence[WireEvent]) -> None:
        self.held.set()
        assert self.released.wait(10)


class Ended(Exception):
    """Ends a committer's thread, which otherwise ends with the process."""


class LastDraft:
    class answer:  # noqa: N801 - a draft's field
        @staticmethod
        def set_running_or_notify_cancel() -> None:
            raise Ended


class MortalCommitter(Committer):
    def _run(self) -> None:
        try:
            super()._run()
        except Ended:
            connection.close()
            self.ended.set()

    def end(self) -> None:
        self._queue.put(LastDraft())
        assert self.ended.wait(10)


@pytest.fixture
def activity() -> Activity:
    return Activity()


@pytest.fixture
def make(activity: Activity) -> Iterator[Callable[..., Committer]]:
    """Makes started committers; their threads end with the test."""
    made: list[MortalCommitter] = []

    def start(publish: Callable[[str, Sequence[WireEvent]], None], **limits: Any) -> Committer:
        usual = {"max_events": 200, "max_queue": 1_000, "wait_seconds": 10, "gather_seconds": 0}
        committer = MortalCommitter(publish, activity, **(usual | limits))
        committer.ended = threading.Event()
        committer.start()
        made.append(committer)
        return committer

    yield start
    for committer in made:
        committer.end()


@pytest.fixture
def alice() -> User:
    return make_user("alice")


@pytest.fixture
def lobby() -> Room:
    return Room.objects.get(name=LOBBY)


def draft(room: Room, user: User, text: str = "x", **more: Any) -> Draft:
    return _draft(Entry(Kind.MESSAGE, text=text, room=room.name, **more), room, user)


def edit(room: Room, user: User, of: int, text: str, **more: Any) -> Draft:
    return _draft(Entry(Kind.EDIT, text=text, room=room.name, of=of, **more), room, user)


def deletion(room: Room, user: User, of: int, **more: Any) -> Draft:
    return _draft(Entry(Kind.DELETION, room=room.name, of=of, **more), room, user)


CHECKS: dict[Kind, Callable[[int], Check]] = {
    Kind.MESSAGE: lambda _: permissions.check_write,
    Kind.EDIT: permissions.check_edit,
    Kind.DELETION: permissions.check_delete,
}


def _draft(entry: Entry, room: Room, user: User) -> Draft:
    return Draft(entry, room.pk, room.name, user, CHECKS[entry.kind](user.pk))


def gathered(committer: Committer, hold: Hold, first: Draft, drafts: Sequence[Draft]) -> list[WireEvent | Exception]:
    """Commits `first`, and `drafts` while `hold` holds it: these are written together. Returns their outcomes."""
    with ThreadPoolExecutor(len(drafts) + 1) as pool:
        pool.submit(committer.commit, first)
        assert hold.held.wait(10)
        answers = []
        for number, each in enumerate(drafts, 1):
            answers.append(pool.submit(committer.commit, each))
            until(lambda number=number: committer._queue.qsize() == number, "the draft in the queue")
        hold.released.set()
        return [answer.exception(10) or answer.result() for answer in answers]


def log(room: Room) -> list[str]:
    return list(Event.objects.filter(room=room).order_by("seq").values_list("text", flat=True))


def test_many_threads_get_numbers_without_gaps(make: Callable[..., Committer], alice: User, lobby: Room) -> None:
    published: list[int] = []
    committer = make(lambda room, events: published.extend(event.seq for event in events), max_events=7)
    with ThreadPoolExecutor(20) as pool:
        events = list(pool.map(lambda number: committer.commit(draft(lobby, alice, str(number))), range(200)))
    assert sorted(event.seq for event in events) == list(range(1, 201)) == published
    rows = Event.objects.filter(room=lobby).order_by("seq").values_list("seq", "id", "text")
    assert list(rows) == sorted((event.seq, event.id, event.text) for event in events)
    lobby.refresh_from_db()
    assert lobby.seq == 200


def test_others_defer_during_a_transaction_and_no_longer(
    make: Callable[..., Committer], alice: User, lobby: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    free: list[bool] = []

    def stored(drafts: Sequence[Draft]) -> Any:
        free.append(of_commits._nobody.is_set())
        return store(drafts)

    monkeypatch.setattr("Dweb.log.committer.store", stored)
    make(lambda room, events: free.append(of_commits._nobody.is_set())).commit(draft(lobby, alice))
    assert free == [False, True]


def test_what_gathers_is_written_in_one_transaction_and_published_once_a_room(
    make: Callable[..., Committer], alice: User, lobby: Room
) -> None:
    published: list[tuple[str, list[int]]] = []
    hold = Hold()

    def publish(room: str, events: Sequence[WireEvent]) -> None:
        published.append((room, [event.seq for event in events]))
        hold(room, events)

    other = make_room("111", alice)
    rooms = [lobby, other, lobby, other, other]
    gathered(make(publish), hold, draft(lobby, alice), [draft(room, alice) for room in rooms])
    assert published == [(LOBBY, [1]), (LOBBY, [2, 3]), ("111", [1, 2, 3])]
    assert len(set(Event.objects.filter(id__gt=(lobby.pk << 32) + 1).values_list("time", flat=True))) == 1


def work(activity: Activity, committer: Committer, draft: Draft) -> WireEvent:
    with activity.at_work():
        return committer.commit(draft)


def test_soon_after_a_transaction_threads_at_work_are_waited_for(
    make: Callable[..., Committer], activity: Activity, alice: User, lobby: Room
) -> None:
    batches: list[int] = []
    committer = make(lambda room, events: batches.append(len(events)), gather_seconds=600)
    for _ in range(2):
        committer.commit(draft(lobby, alice))
    with ThreadPoolExecutor(2) as pool:
        with activity.at_work():
            first = pool.submit(work, activity, committer, draft(lobby, alice))
            until(lambda: activity._enough is not None, "the wait for this thread")
            second = pool.submit(work, activity, committer, draft(lobby, alice))
            until(lambda: committer._queue.qsize() == 1, "the draft in the queue")
            with activity.at_work():  # a thread that begins meanwhile is waited for, too
                pass
            assert not first.done()
        assert {first.result(10).seq, second.result(10).seq} == {3, 4}
    assert batches == [1, 1, 2]


def test_a_full_transaction_waits_for_no_thread(
    make: Callable[..., Committer], activity: Activity, alice: User, lobby: Room
) -> None:
    committer = make(lambda room, events: None, gather_seconds=600, max_events=2)
    committer.commit(draft(lobby, alice))
    with ThreadPoolExecutor(3) as pool, activity.at_work():
        answers = pool.map(lambda _: work(activity, committer, draft(lobby, alice)), range(2))
        assert {event.seq for event in answers} == {2, 3}


def test_it_publishes_after_the_commit_and_before_the_answer(
    make: Callable[..., Committer], alice: User, lobby: Room
) -> None:
    seen: list[tuple[bool, bool, int]] = []
    mine = draft(lobby, alice)

    def publish(room: str, events: Sequence[WireEvent]) -> None:
        seen.append((connection.in_atomic_block, mine.answer.done(), Event.objects.count()))

    make(publish).commit(mine)
    assert seen == [(False, False, 1)]


def by_nobody(room: Room) -> Draft:
    """A draft whose sender is gone, and that nothing denies: its transaction fails."""
    gone = make_user("gone")
    sender = User.objects.get(pk=gone.pk)
    gone.delete()
    made = draft(room, sender)
    made.check = lambda standing, author, now: None
    return made


@pytest.mark.parametrize(("fault", "outcome"), [("room", RoomGone), ("sender", NotStored)])
def test_one_bad_draft_does_not_fail_the_others(
    make: Callable[..., Committer], alice: User, lobby: Room, fault: str, outcome: type[Exception]
) -> None:
    bad = draft(Room(pk=999, name="gone"), alice) if fault == "room" else by_nobody(lobby)
    hold = Hold()
    good = [draft(lobby, alice, text) for text in "ab"]
    answers = gathered(make(hold), hold, draft(lobby, alice, "first"), [good[0], bad, good[1]])
    assert [type(answer) for answer in answers] == [WireEvent, outcome, WireEvent]
    assert log(lobby) == ["first", "a", "b"]


def test_a_failed_transaction_is_answered_to_every_sender_and_published_to_nobody(
    make: Callable[..., Committer], alice: User, lobby: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[str] = []
    hold = Hold()

    def publish(room: str, events: Sequence[WireEvent]) -> None:
        published.extend(event.text for event in events)
        hold(room, events)
        monkeypatch.setattr("Dweb.log.transaction.MOVE", "it fails here")

    committer = make(publish)
    answers = gathered(committer, hold, draft(lobby, alice, "first"), [draft(lobby, alice, text) for text in "abc"])
    assert [type(answer) for answer in answers] == [NotStored] * 3
    monkeypatch.undo()
    assert log(lobby) == published == ["first"]
    assert committer.commit(draft(lobby, alice, "next")).seq == 2


def test_a_failure_to_publish_fails_no_message(make: Callable[..., Committer], alice: User, lobby: Room) -> None:
    def publish(room: str, events: Sequence[WireEvent]) -> None:
        raise DatabaseError("no log to be read")

    committer = make(publish)
    assert [committer.commit(draft(lobby, alice)).seq for _ in range(2)] == [1, 2]


@pytest.mark.parametrize("together", [True, False])
def test_the_same_cid_at_once_is_one_event(
    make: Callable[..., Committer], alice: User, lobby: Room, together: bool
) -> None:
    published: list[int] = []
    hold = Hold()

    def publish(room: str, events: Sequence[WireEvent]) -> None:
        published.extend(event.seq for event in events)
        hold(room, events)

    twice = [draft(lobby, alice, "once", cid="c") for _ in range(2)]
    one, other = gathered(make(publish, max_events=9 if together else 1), hold, draft(lobby, alice, "first"), twice)
    assert isinstance(one, WireEvent)
    assert one == other
    assert log(lobby) == ["first", "once"]
    assert published == [1, 2]


def test_what_was_reported_as_not_stored_is_never_stored(
    make: Callable[..., Committer], alice: User, lobby: Room
) -> None:
    hold = Hold()
    committer = make(hold)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(committer.commit, draft(lobby, alice, "first"))
        assert hold.held.wait(10)
        committer._wait_seconds = 0.01
        with pytest.raises(NotStored, match="does not keep up"):
            committer.commit(draft(lobby, alice, "late"))
        hold.released.set()
    committer._wait_seconds = 10
    committer.commit(draft(lobby, alice, "next"))
    assert log(lobby) == ["first", "next"]


class Impatient(Future[WireEvent]):
    """Its waiter's time is up once it is being written, however late that is; notes that the waiter tried to cancel."""

    def __init__(self) -> None:
        super().__init__()
        self.tried = threading.Event()

    def result(self, timeout: float | None = None) -> WireEvent:
        if timeout is not None:
            until(self.running, "the writing")
            raise TimeoutError
        return super().result()

    def cancel(self) -> bool:
        done = super().cancel()
        self.tried.set()
        return done


def test_what_is_being_written_when_the_time_is_up_gets_its_answer(
    make: Callable[..., Committer], alice: User, lobby: Room
) -> None:
    answer = Impatient()
    slow = draft(lobby, alice, "slow")
    slow.answer = answer
    committer = make(lambda room, events: answer.tried.wait(10))
    assert committer.commit(slow).text == "slow"
    assert answer.tried.is_set()
    assert log(lobby) == ["slow"]


def test_a_full_queue_refuses_at_once(make: Callable[..., Committer], alice: User, lobby: Room) -> None:
    hold = Hold()
    committer = make(hold, max_queue=1)
    with ThreadPoolExecutor(2) as pool:
        pool.submit(committer.commit, draft(lobby, alice, "first"))
        assert hold.held.wait(10)
        waits = pool.submit(committer.commit, draft(lobby, alice, "waits"))
        until(committer._queue.qsize, "the full queue")
        with pytest.raises(NotStored, match="too much is waiting"):
            committer.commit(draft(lobby, alice, "refused"))
        hold.released.set()
        assert waits.result(10).seq == 2
    assert log(lobby) == ["first", "waits"]


def test_changes_in_one_transaction_come_in_order_and_see_what_came_before(
    make: Callable[..., Committer], alice: User, lobby: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed: list[object] = []
    monkeypatch.setattr("Dweb.search.index.add", indexed.append)
    monkeypatch.setattr("Dweb.search.index.replace", indexed.append)
    published: list[tuple[int, str]] = []
    hold = Hold()

    def publish(room: str, events: Sequence[WireEvent]) -> None:
        published.extend((event.kind, event.text) for event in events)
        hold(room, events)

    bob = make_user("bob")
    answers = gathered(
        make(publish),
        hold,
        draft(lobby, alice, "a"),
        [
            edit(lobby, alice, 1, "b"),
            draft(lobby, alice, "A"),  # 3
            edit(lobby, alice, 1, "c", cid="c"),
            edit(lobby, alice, 3, "B"),
            edit(lobby, bob, 3, "mine now"),
            edit(lobby, alice, 2, "of an edit"),
            edit(lobby, alice, 99, "of nothing"),
            edit(lobby, alice, 2**63 - 1, "of nothing"),
            edit(lobby, alice, 1, "again", cid="c"),
            draft(lobby, alice, "gone"),  # 6
            deletion(lobby, alice, 6),
            edit(lobby, alice, 6, "too late"),
            deletion(lobby, alice, 6),
        ],
    )
    assert [answer.seq if isinstance(answer, WireEvent) else str(answer) for answer in answers] == [
        2, 3, 4, 5, "foreign", "missing", "missing", "missing", 4, 6, 7, "deleted", "deleted"
    ]  # fmt: skip
    assert {type(answer) for answer in answers} == {WireEvent, Denied, Unchangeable}
    assert published == [(1, "a"), (2, "b"), (1, "A"), (2, "c"), (2, "B"), (1, "gone"), (3, "")]
    rows = list(Event.objects.order_by("id"))
    assert [(row.seq, row.kind, row.of, row.text) for row in rows] == [
        (1, 1, None, "c"), (2, 2, 1, ""), (3, 1, None, "B"),
        (4, 2, 1, ""), (5, 2, 3, ""), (6, 1, None, ""), (7, 3, 6, ""),
    ]  # fmt: skip
    assert [row.edited == rows[1].time for row in rows] == [True, False, True, False, False, False, False]
    lobby.refresh_from_db()
    assert lobby.seq == 7
    first, third = rows[0].pk, rows[2].pk
    assert indexed == [[(first, "a")], [(third, "B")], [(first, "a", "c")]]


def test_a_change_among_drafts_of_which_one_fails_is_made_once(
    make: Callable[..., Committer], alice: User, lobby: Room
) -> None:
    hold = Hold()
    drafts = [edit(lobby, alice, 1, "b"), by_nobody(lobby), deletion(lobby, alice, 1), edit(lobby, alice, 1, "c")]
    answers = gathered(make(hold), hold, draft(lobby, alice, "a"), drafts)
    assert [type(answer) for answer in answers] == [WireEvent, NotStored, WireEvent, Unchangeable]
    assert list(Event.objects.order_by("id").values_list("seq", "kind", "text")) == [(1, 1, ""), (2, 2, ""), (3, 3, "")]


def test_a_failed_transaction_changes_nothing(
    make: Callable[..., Committer], alice: User, lobby: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError("gone away")

    committer = make(lambda room, events: None)
    committer.commit(draft(lobby, alice, "a"))
    with monkeypatch.context() as patch:
        patch.setattr("Dweb.search.index.replace", fail)
        with pytest.raises(NotStored):
            committer.commit(deletion(lobby, alice, 1))
    assert log(lobby) == ["a"]
    assert committer.commit(deletion(lobby, alice, 1)).seq == 2


def test_a_plain_message_costs_the_queries_that_it_did(
    live: Runtime, alice: User, lobby: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four, whatever the log can do besides: lock the room, look at the sender, insert, number."""
    monkeypatch.setattr("Dweb.search.index.add", lambda messages: None)
    with CaptureQueriesContext(connection) as captured:
        live.committer.commit(draft(lobby, alice))
    statements = [query["sql"].removeprefix("1 times: ").split()[0] for query in captured]
    assert [word for word in statements if word not in ("BEGIN", "COMMIT")] == ["SELECT", "SELECT", "INSERT", "UPDATE"]


def test_a_transaction_may_be_larger_than_a_statement(
    django_assert_max_num_queries: Callable[..., Any], alice: User, lobby: Room
) -> None:
    with django_assert_max_num_queries(20):
        outcomes, new = store([draft(lobby, alice, f"text{number} and more") for number in range(1, 501)])
    assert outcomes == new
    rows = list(Event.objects.order_by("id").values_list("seq", "text"))
    assert rows == [(number, f"text{number} and more") for number in range(1, 501)]
    assert Posting.objects.count() == 3 * 500


# What the database rolls back is tried again.


class Failing:
    """In place of index.add(), which every transaction calls: raises the first `times` times."""

    def __init__(self, times: int, error: Exception) -> None:
        self.calls = 0
        self._times = times
        self._error = error

    def __call__(self, rows: object) -> None:
        self.calls += 1
        if self.calls <= self._times:
            raise self._error


DEADLOCK = OperationalError(1213, "Deadlock found when trying to get lock; try restarting transaction")


@pytest.mark.parametrize(("times", "stored"), [(2, ["hello"]), (3, [])])
def test_what_a_deadlock_rolls_back_is_tried_again_twice(
    make: Callable[..., Committer],
    alice: User,
    lobby: Room,
    monkeypatch: pytest.MonkeyPatch,
    times: int,
    stored: list[str],
) -> None:
    failing = Failing(times, DEADLOCK)
    monkeypatch.setattr("Dweb.search.index.add", failing)
    monkeypatch.setattr("Dweb.log.transaction.is_passing", lambda error: error is DEADLOCK)
    committer = make(lambda room, events: None)
    if stored:
        assert committer.commit(draft(lobby, alice, "hello")).seq == 1
    else:
        with pytest.raises(NotStored):
            committer.commit(draft(lobby, alice, "hello"))
    assert failing.calls == 3
    assert log(lobby) == stored


def test_what_the_database_refuses_is_not_tried_again(
    make: Callable[..., Committer], alice: User, lobby: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = Failing(1, OperationalError("no more room on this disk"))
    monkeypatch.setattr("Dweb.search.index.add", failing)
    with pytest.raises(NotStored):
        make(lambda room, events: None).commit(draft(lobby, alice, "hello"))
    assert (failing.calls, log(lobby)) == (1, [])


class Commits:
    """In place of the committer's COMMIT: the first one is done or not, and then the connection is lost."""

    def __init__(self, done: bool) -> None:
        self.calls = 0
        self._done = done

    def __call__(self, database: BaseDatabaseWrapper) -> None:
        if threading.current_thread().name != "committer":
            return COMMIT(database)
        self.calls += 1
        if self._done or self.calls > 1:
            COMMIT(database)
        if self.calls == 1:
            raise LOST
        return None


COMMIT = BaseDatabaseWrapper._commit
LOST = OperationalError(2013, "Lost connection to server during query")


@pytest.mark.parametrize("done", [True, False])
def test_what_became_of_a_commit_that_failed_is_asked_of_the_log(
    make: Callable[..., Committer], alice: User, lobby: Room, monkeypatch: pytest.MonkeyPatch, done: bool
) -> None:
    commits = Commits(done)
    monkeypatch.setattr(BaseDatabaseWrapper, "_commit", lambda database: commits(database))
    monkeypatch.setattr("Dweb.log.transaction.is_passing", lambda error: error is LOST)
    published: list[int] = []
    committer = make(lambda room, events: published.extend(event.seq for event in events))
    assert committer.commit(draft(lobby, alice, "hello")).seq == 1
    assert committer.commit(draft(lobby, alice, "again")).seq == 2
    assert log(lobby) == ["hello", "again"]
    assert published == [1, 2]
    assert commits.calls >= 3


@pytest.mark.parametrize("number", [1213, 1020, 1927, 2006, 2013])
def test_which_errors_pass(number: int) -> None:
    assert is_passing(OperationalError(number, "…")) == (connection.vendor == "mysql")
    assert not is_passing(OperationalError(1205, "Lock wait timeout exceeded"))
    assert not is_passing(OperationalError())
