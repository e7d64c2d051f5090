"""The views' test cases: Django's, with a runtime of the test's own and sockets whose clients are scripts.

They run without pytest, too: `manage.py test` needs nothing beyond requirements.txt.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import Any

from django.db import transaction
from django.test import Client as Browser
from django.test import TestCase, TransactionTestCase

from Dweb.models import User
from Dweb.runtime import Runtime

from .fakes import FakeWebSocket, Step, connected, make_user, say, sign_in, talk
from .process import new_runtime, without_threads

CSRF_TOKEN = "c" * 32  # any will do, as long as cookie and header agree
Frames = list[dict[str, Any]]


class LiveMixin:
    """`self.live` is the process's runtime."""

    def setUp(self) -> None:
        super().setUp()
        self.enterContext(without_threads())
        self._begin(self.enterContext(ExitStack()))

    def _begin(self, stack: ExitStack) -> None:
        self._stack = stack
        self.live: Runtime = stack.enter_context(new_runtime())

    def talk(self, user: User, *script: Step) -> Frames:
        """Runs the socket's view with a client that takes these steps. Returns the server's frames, and its `close`."""
        return talk(self.live, user, *script)

    def connected(self, user: User) -> FakeWebSocket:
        """A greeted connection that stays open until the test ends."""
        websocket = connected(self.live, user)
        self._stack.callback(websocket.end)
        return websocket

    def leave(self, websocket: FakeWebSocket) -> None:
        """Takes a connection out of the hub, as its view does at its end."""
        assert websocket.client is not None
        self.live.hub.leave(websocket.client)

    def assert_error(self, response: Any, status: int, code: str) -> None:
        """An error in JSON, with this code and a sentence."""
        self.assertEqual(response["Content-Type"], "application/json")
        body = response.json()
        self.assertEqual(body.keys(), {"msg", "error", "detail"})
        self.assertEqual((response.status_code, body["msg"], body["error"]), (status, "error", code))
        self.assertRegex(body["detail"], r"[.。]$")


class ViewTestCase(LiveMixin, TestCase):
    """Alice and Bob have accounts. `self.browser` is Alice's, signed in; `self.client` is a visitor's."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.alice, cls.bob = make_user("alice"), make_user("bob")

    @cached_property
    def browser(self) -> Browser:
        return sign_in(self.alice)

    def say(self, text: str = "hello", *, browser: Browser | None = None, **fields: Any) -> Any:
        """POSTs a message of Alice's, or from another browser: to the lobby, or as the fields say."""
        return say(browser or self.browser, text, **fields)

    @contextmanager
    def fresh_subtest(self, **parameters: Any) -> Iterator[None]:
        """A subtest with a runtime and browsers of its own, whose rows are rolled back."""
        before = self._stack, self.live
        with self.subTest(**parameters), ExitStack() as stack, transaction.atomic():
            try:
                self._begin(stack)
                self._forget_browsers()
                yield
            finally:
                self._stack, self.live = before
                self._forget_browsers()
            transaction.set_rollback(True)

    def _forget_browsers(self) -> None:
        self.client = self.client_class()
        vars(self).pop("browser", None)


class ViewTransactionTestCase(LiveMixin, TransactionTestCase):
    """For tests that commit. The database has no users."""
