"""Slows down the guessing of passwords. Every place that takes a password checks it inside guarded().

Failures are counted three times. After a few for an account from one address, or in one session, this pair waits: 1 s,
2 s, 4 s … An address has a bucket for all accounts that are tried from it, and an account has one for all addresses. A
device that has signed in to the account before passes the two buckets, so that an attacker locks no owner out.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..cluster.buckets import Bucket, key, seconds_left
from ..models import normalize_account
from ..operations.security import record
from ..refusal import Refusal
from ..server.addresses import network_of
from . import devices
from .hashers import turns

T = TypeVar("T")


def guarded(request: HttpRequest, account: str, check: Callable[[], T], *, signed_in: bool = False) -> T:
    """Calls the check of a password and counts a failure, which is a false result, before the next one begins.

    Raises Refusal, too_fast, if this attempt must wait. For somebody who is signed in, the session counts instead of
    the address, and its device is known.
    """
    attempt = _Attempt(request, account, signed_in)
    attempt.check_buckets()  # who must wait anyway does not wait for a turn before
    with turns.turn():
        attempt.count()
        result = check()
        if result:
            attempt.forget()
    return result


def guarded_code(request: HttpRequest, look: Callable[[], T | None]) -> T | None:
    """Looks up what a secret code stands for. A code that stands for nothing counts as a failure of the address.

    Raises Refusal, too_fast, if this address must wait.
    """
    bucket = failures_of_address(request)
    if wait := bucket.take():
        record("throttled", request, wait=wait)
        raise Refusal("too_fast", in_words(wait), wait)
    found = look()
    if found is not None:
        bucket.give_back()
    return found


def failures_of_address(request: HttpRequest) -> Bucket:
    """The bucket of all guesses from the address of a request."""
    name = f"failures of address {_network_of(request)}"
    return Bucket(name, settings.SIGNIN_ADDRESS_FAILURES, settings.SIGNIN_ADDRESS_SECONDS)


def failures_of_tokens(request: HttpRequest) -> Bucket:
    """The bucket of all wrong tokens from the address of a request, where people may sign in beside such a program."""
    name = f"failures of tokens {_network_of(request)}"
    return Bucket(name, settings.SIGNIN_ADDRESS_FAILURES, settings.SIGNIN_ADDRESS_SECONDS)


def failures_of_hooks(request: HttpRequest) -> Bucket:
    """The bucket of all wrong keys of webhooks from the address of a request, likewise."""
    name = f"failures of hooks {_network_of(request)}"
    return Bucket(name, settings.SIGNIN_ADDRESS_FAILURES, settings.SIGNIN_ADDRESS_SECONDS)


def _network_of(request: HttpRequest) -> str:
    return network_of(request.META.get("REMOTE_ADDR", ""))


class _Attempt:
    """One password for one account, from one address."""

    def __init__(self, request: HttpRequest, account: str, signed_in: bool) -> None:
        self._request, self._account, self._signed_in = request, account, signed_in
        name, network = normalize_account(account), _network_of(request)
        known = "known device" if self._is_known else ""  # a stranger at the same address does not make it wait
        self._pair = _Pair(f"{name}\n{request.session.session_key if signed_in else network}\n{known}")
        self._successes = Bucket(f"sign-ins to {name}", settings.SIGNIN_SUCCESSES, settings.SIGNIN_ADDRESS_SECONDS)
        self._buckets = (
            failures_of_address(request),
            Bucket(f"failures of account {name}", settings.SIGNIN_ACCOUNT_FAILURES, settings.SIGNIN_ACCOUNT_SECONDS),
        )
        self._taken: list[Bucket] = []

    def check_buckets(self) -> None:
        """Raises Refusal if the attempt must wait."""
        self._refuse(self._pair.wait() or self._successes.wait())
        for bucket in self._buckets:
            self._refuse_stranger(bucket.wait())

    def count(self) -> None:
        """Counts a failure, before the check: attempts at the same time are no more than one after the other."""
        self._refuse(self._pair.wait())
        for bucket in self._buckets:
            if wait := bucket.take():
                self._refuse_stranger(wait)
            else:
                self._taken.append(bucket)
        self._pair.count()

    def forget(self) -> None:
        """It was no failure. Earlier ones of the address and of the account stay."""
        self._pair.forget()
        self._give_back()
        self._successes.take()  # a right password is hashed, too, and makes a session

    @cached_property
    def _is_known(self) -> bool:
        return self._signed_in or devices.is_known(self._request, self._account)

    def _give_back(self) -> None:
        while self._taken:
            self._taken.pop().give_back()

    def _refuse_stranger(self, wait: int) -> None:
        self._refuse(0 if wait and self._is_known else wait)

    def _refuse(self, wait: int) -> None:
        if wait:
            self._give_back()
            record("throttled", self._request, account=self._account, wait=wait)
            raise Refusal("too_fast", in_words(wait), wait)


class _Pair:
    """An account, and an address or a session: after the free failures each further one doubles the wait."""

    def __init__(self, name: str) -> None:
        self._failures, self._wait = f"failures of {name}", f"wait of {name}"

    def wait(self) -> int:
        longest: int = cache.get(key(self._wait), 0)
        return longest and min(longest, seconds_left(self._wait))

    def count(self) -> None:
        keep = 2 * settings.SIGNIN_MAX_WAIT_SECONDS
        excess = cache.count(key(self._failures), 1, keep) - settings.SIGNIN_FREE_FAILURES
        cache.touch(key(self._failures), keep)
        if excess >= 0:
            wait = min(2 ** min(excess, 30), settings.SIGNIN_MAX_WAIT_SECONDS)
            cache.set(key(self._wait), wait, wait)

    def forget(self) -> None:
        cache.delete_many([key(self._failures), key(self._wait)])


def in_words(wait: int) -> str:
    """A sentence with the wait, in seconds for up to a minute and in full minutes beyond."""
    count = wait if wait <= 60 else -(-wait // 60)
    if wait <= 60:
        time = ngettext("%(count)d second", "%(count)d seconds", count)
    else:
        time = ngettext("%(count)d minute", "%(count)d minutes", count)
    return _("Too many failed attempts: try again in %(time)s.") % {"time": time % {"count": count}}
