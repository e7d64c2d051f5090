"""The variables of the environment: the type, range and default of each. A wrong value raises ImproperlyConfigured."""

import os
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any
from unicodedata import category
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from . import databases


class Environment(environ.Env):
    """django-environ's reader of variables. Its bool and float guess at a wrong value; the casts below refuse it.

    A blank variable counts as not set. A cast raises ValueError with the rest of a sentence about the variable.
    """

    def __init__(self, **scheme: object) -> None:
        super().__init__(**scheme)
        # A value that begins with "$", as a secret key may, would count as the name of another variable.
        self.escape_proxy = True
        given = {name: value.strip().replace("$", r"\$") for name, value in os.environ.items()}
        self.ENVIRON = {name: value for name, value in given.items() if value}

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().get_value(var, *args, **kwargs)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} {error}.") from None


def flag(value: str) -> bool:
    if value.lower() in ("1", "true", "yes", "on"):
        return True
    if value.lower() in ("0", "false", "no", "off"):
        return False
    raise ValueError(f"is {value!r}: it must be yes or no")


def choice(*allowed: str) -> Callable[[str], str]:
    def cast(value: str) -> str:
        if value.lower() not in allowed:
            raise ValueError(f"is {value!r}: it must be one of {', '.join(allowed)}")
        return value.lower()

    return cast


def number(low: float, high: float) -> Callable[[str], float]:
    """Makes a cast to a number from `low` to `high`, both allowed."""

    def cast(value: str) -> float:
        try:
            result = float(value)
        except ValueError:
            result = float("nan")
        if not low <= result <= high:
            raise ValueError(f"is {value!r}: it must be a number from {low:,} to {high:,}")
        return result

    return cast


def count(low: int, high: int) -> Callable[[str], int]:
    """Makes a cast to a whole number from `low` to `high`."""

    def cast(value: str) -> int:
        result = number(low, high)(value)
        if result != int(result):
            raise ValueError(f"is {value!r}: it must be a whole number")
        return int(result)

    return cast


def place(value: str) -> dict[str, str | bool]:
    """Parses settings of the place: `name=…;registration=closed`."""
    pins: dict[str, str | bool] = {}
    for part in filter(None, map(str.strip, value.split(";"))):
        name, _, given = (each.strip() for each in part.partition("="))
        if name not in PLACE or name in pins:
            known = ", ".join(PLACE)
            raise ValueError(f"has {part!r}: it must be setting=value, with ; between, and each once of {known}")
        try:
            pins[name] = PLACE[name](given)
        except ValueError as error:
            raise ValueError(f"has {name}, which {error}") from None
    return pins


def place_name(value: str) -> str:
    """Checks the name of the place: models/place has these bounds."""
    if len(value) > MOST_NAME_CHARS or any(category(char) == "Cc" for char in value):
        raise ValueError(f"is {value!r}: it must be up to {MOST_NAME_CHARS} characters, without control characters")
    return value


def words(value: str) -> list[str]:
    """Splits a comma-separated list; drops blanks around words."""
    return [word.strip() for word in value.split(",") if word.strip()]


def hosts(value: str) -> list[str]:
    """Checks host names without scheme and port, for Django's ALLOWED_HOSTS."""
    for host in words(value):
        if "/" in host:
            raise ValueError(f"has {host!r}: give the name alone, such as chat.example.org")
    return words(value)


def addresses(value: str) -> list[str]:
    """Checks IP addresses. Refuses names and networks."""
    try:
        return [str(ip_address(word)) for word in words(value)]
    except ValueError as error:
        raise ValueError(f"has something that is no address: {error}") from None


def redis_url(value: str) -> str:
    """Checks an address of Redis. Refuses another machine's Redis that asks for no password."""
    from redis.connection import parse_url

    try:
        parts = urlsplit(value)
        found = parse_url(value)
    except ValueError:
        found = {}
    if not (found.get("host") or found.get("path")) or parts.port == 0:
        raise ValueError("must be redis://user:password@host:port/0, rediss:// for TLS, or unix:///path")
    if "host" in found and not is_loopback(found["host"]) and not found.get("password"):
        raise ValueError(
            "names another machine and no password: everyone who reaches that Redis could read who is online and what"
            " is written. Set requirepass there, and write redis://default:PASSWORD@host:port/0"
        )
    return value


def files_url(value: str) -> str:
    """Checks where files are: s3://BUCKET, or nginx:/ADDRESS/, at which an nginx on this machine has their folder."""
    parts = urlsplit(value)
    is_address = parts.path.startswith("/") and parts.path.endswith("/")
    if not ((parts.scheme == "s3" and parts.netloc) or (parts.scheme == "nginx" and not parts.netloc and is_address)):
        raise ValueError("must be s3://BUCKET, s3://BUCKET?endpoint=https://HOST&region=NAME, or nginx:/ADDRESS/")
    return value


def is_loopback(host: str) -> bool:
    """Tells whether this is an address, or the name, of this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


# The settings of the place that PLACE may pin; models/place has their defaults.
MOST_NAME_CHARS = 60
CIRCLES = ("everyone", "members", "moderators")
PLACE: dict[str, Callable[[str], str | bool]] = {
    "name": place_name,
    "registration": choice("open", "invite", "approval", "closed"),
    "rooms_by": choice("members", "admins"),
    "chats_by": choice(*CIRCLES),
    "chats_with": choice(*CIRCLES),
    "files": choice("everything", "pictures", "nothing"),
    "members_invite": flag,
}

# Without a default here, settings.py gives one that depends on other settings.
env = Environment(
    # The data
    DATABASE_URL=databases.parse_url,
    VAR_DIR=str,
    SECRET_KEY=str,
    FILES_URL=(files_url, ""),
    # The network
    ALLOWED_HOSTS=(hosts, []),
    HTTPS=(flag, False),
    HSTS_SECONDS=count(0, 2**31),
    TRUSTED_PROXIES=(addresses, []),
    CSRF_TRUSTED_ORIGINS=(words, []),
    # Several processes
    REDIS_URL=(redis_url, ""),
    WEB_CONCURRENCY=(count(1, 64), 1),
    # Figures and the log
    METRICS_ALLOWED=(addresses, ["127.0.0.1", "::1"]),
    LOG_FORMAT=(choice("line", "json"), "line"),
    ACCESS_LOG=(flag, False),
    DEBUG=(flag, False),
    # The place, and limits of users and processes
    PLACE=(place, {}),
    REGISTRATION_OPEN=flag,
    SEND_RATE=(number(0.1, 1_000_000), 5),
    SEND_BURST=(count(1, 1_000_000), 60),
    MAX_SOCKETS=(count(1, 100_000), 10_000),
    MAX_SOCKETS_PER_USER=(count(1, 10_000), 20),
    DB_MAX_CONNECTIONS=(count(2, 10_000), 5),
)
