"""Lookups: what many views in the loop look up at once is asked of the database in one query."""

from collections.abc import Callable, Collection, Hashable, Mapping
from functools import partial
from typing import Generic, TypeVar

from django.conf import settings

from ..parking.loop import current
from ..parking.wakeup import Wakeup, give_way
from . import query_pool

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

AT_ONCE = 16  # keys of one query: who asked first waits for the others' answers, too


class Asked(Wakeup, Generic[K, V]):
    """A key that a view waits for. Once it is set, its answer is there, or it is the view's turn to ask."""

    __slots__ = ("answer", "error", "is_answered", "key")

    def __init__(self, key: K) -> None:
        super().__init__()
        self.key = key
        self.is_answered = False
        self.answer: V | None = None
        self.error: BaseException | None = None


class Lookup(Generic[K, V]):
    """Finds values by their keys. `query(keys)` returns those that exist.

    In the loop one view asks at a time; the keys of those who come meanwhile gather, and the first of them asks for
    all. A query begins after its keys were asked for: nothing that it finds is older than the question. The loop's
    thread owns what gathers. Any other thread asks for its key alone.
    """

    def __init__(self, query: Callable[[Collection[K]], Mapping[K, V]]) -> None:
        self._query = query
        self._asked: list[Asked[K, V]] = []
        self._asking = False

    def find(self, key: K) -> V | None:
        """The value of a key, or None. Raises the query's errors."""
        if current() is None:
            return self._query([key]).get(key)
        asked: Asked[K, V] = Asked(key)
        self._asked.append(asked)
        if self._asking:
            asked.wait()
        else:
            self._asking = True
            give_way(always=True)  # others of this pass of the loop ask the same
        if not asked.is_answered:
            self._ask()
        if asked.error is None:
            return asked.answer
        try:
            raise asked.error.with_traceback(None)  # the error is that of all: without the frames of others
        finally:
            del asked

    def _ask(self) -> None:
        """Asks for what has gathered; the caller's own key is the first of it."""
        self._asking = True
        batch, self._asked = self._asked[:AT_ONCE], self._asked[AT_ONCE:]
        answers: Mapping[K, V] = {}
        failed: BaseException | None = None
        work = partial(self._query, [*dict.fromkeys(each.key for each in batch)])
        try:
            answers = query_pool.lookups().ask(work, settings.DB_WAIT_SECONDS)
        except BaseException as error:  # whatever it is, the others must go on
            failed = error
        for each in batch:
            each.answer, each.error, each.is_answered = answers.get(each.key), failed, True
        self._asking = bool(self._asked)  # the first of them asks next
        for each in (*batch[1:], *self._asked[:1]):
            each.set()
