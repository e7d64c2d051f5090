"""Reads settings from the environment: each with a type, a range and one clear sentence when it is wrong."""

import os
import secrets
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

SQLITE = "Dweb.databases.sqlite"
MYSQL = "Dweb.databases.mysql"
ENGINES = {"django.db.backends.sqlite3": SQLITE, "django.db.backends.mysql": MYSQL}

_env = environ.Env()


def text(name: str, default: str) -> str:
    """A variable's value; blank is the same as not set."""
    return str(_env.str(name, default="")).strip() or default


def words(name: str, default: list[str]) -> list[str]:
    """A comma-separated list; blanks around and between the commas do not count."""
    value = text(name, "")
    return [word.strip() for word in value.split(",") if word.strip()] if value else default


def hosts(name: str) -> list[str]:
    """Host names without scheme and port, as ALLOWED_HOSTS wants them."""
    found = words(name, [])
    for host in found:
        if "/" in host:
            raise ImproperlyConfigured(f"{name} has {host!r}: give the name alone, such as chat.example.org.")
    return found


def flag(name: str, default: bool) -> bool:
    value = text(name, "yes" if default else "no").lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}: it must be true or false.")


def choice(name: str, default: str, allowed: Sequence[str]) -> str:
    value = text(name, default).lower()
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}: it must be one of {', '.join(allowed)}.")
    return value


def addresses(name: str, default: list[str]) -> list[str]:
    """IP addresses, separated by commas. Raises ImproperlyConfigured for anything else, such as a network."""
    try:
        return [str(ip_address(word)) for word in words(name, default)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} has something that is no address: {error}.") from None


def number(name: str, default: float, low: float, high: float) -> float:
    """A number from `low` to `high`, both allowed. Raises ImproperlyConfigured for anything else."""
    value = text(name, str(default))
    try:
        result = float(value)
    except ValueError:
        result = float("nan")
    if not low <= result <= high:
        raise ImproperlyConfigured(f"{name} is {value!r}: it must be a number from {low:,} to {high:,}.")
    return result


def count(name: str, default: int, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    value = number(name, default, low, high)
    if value != int(value):
        raise ImproperlyConfigured(f"{name} is {value!r}: it must be a whole number.")
    return int(value)


def database(default: Path, max_connections: int, wait_seconds: float) -> dict[str, object]:
    """The DATABASES entry for DATABASE_URL, or else for an SQLite file at `default`."""
    url = text("DATABASE_URL", "")
    place = _place("DATABASE_URL", url) if url else {"ENGINE": SQLITE, "NAME": default}
    return _entry(place, max_connections, wait_seconds)


def database_at(name: str, url: str, max_connections: int, wait_seconds: float) -> dict[str, object]:
    """As database(), for a URL that was given as `name`."""
    return _entry(_place(name, url.strip()), max_connections, wait_seconds)


def _place(name: str, url: str) -> dict[str, object]:
    """What sqlite:///path or mysql://user:password@host:port/name says: engine, name, and who asks where."""
    unknown = ImproperlyConfigured(f"{name} must be sqlite:///path or mysql://user:password@host:port/name.")
    if not url.startswith(("sqlite:///", "mysql://")):
        raise unknown
    try:
        place = environ.Env.db_url_config(url)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} cannot be read: {error}") from None
    if place.get("NAME") in (None, "", ":memory:"):
        raise unknown
    return place | {"ENGINE": ENGINES[place["ENGINE"]]}


def _entry(place: dict[str, object], max_connections: int, wait_seconds: float) -> dict[str, object]:
    """A place with the options that the chat needs there."""
    if place["ENGINE"] == SQLITE:
        # WAL lets readers and the committer work side by side; FULL makes a commit survive a power cut;
        # IMMEDIATE takes the write lock at BEGIN, so that the busy timeout applies; secure_delete overwrites
        # what is deleted.
        options: dict[str, object] = {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
            "transaction_mode": "IMMEDIATE",
            "timeout": wait_seconds,
        }
        place = place | {"TEST": {"NAME": ":memory:"}}
    else:
        options = {
            "charset": "utf8mb4",
            "init_command": "SET sql_mode='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'",
            "isolation_level": "read committed",
            "connect_timeout": 5,
            "read_timeout": 60,
            "write_timeout": 60,
        }
    # A thread that waits keeps no connection: it goes back into the pool after every request.
    limits = {"MAX_CONNECTIONS": max_connections, "WAIT_SECONDS": wait_seconds, "CONN_MAX_AGE": 0}
    return place | {"OPTIONS": options} | limits


def redis_url() -> str:
    """REDIS_URL: redis:// or rediss://, with user and password as needed; empty without Redis."""
    url = text("REDIS_URL", "")
    try:
        parts = urlsplit(url)
        good = not url or (parts.scheme in ("redis", "rediss") and bool(parts.hostname) and parts.port != 0)
    except ValueError:
        good = False
    if not good:
        raise ImproperlyConfigured("REDIS_URL must be redis://user:password@host:port/0, or rediss:// for TLS.")
    return url


def secret_key(path: Path) -> str:
    """SECRET_KEY, or else the one in `path`, which is made on first use and readable by its owner only."""
    given = text("SECRET_KEY", "")
    if given:
        return given
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # for what else will be kept there, too
        _create_private(path, secrets.token_urlsafe(50))
        key = path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"No SECRET_KEY is set, and none can be kept in {path}: {error}") from None
    if not key:
        raise ImproperlyConfigured(f"{path} is empty: delete it, and a new key is made (everyone signs in anew).")
    return key


def _create_private(path: Path, content: str) -> None:
    """Write `path` whole or not at all, and leave it alone if it is there: two processes may start at once."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(content)
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
