"""Makes the secret key of a server that was given none, once, and keeps it in a file."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def kept_in(path: Path) -> str:
    """Returns the secret key in a file. The first call makes the file, which only its owner can read."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # private: the database will be there, too
        _create_private(path, secrets.token_urlsafe(50))
        key = path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"No SECRET_KEY is set, and none can be kept in {path}: {error}") from None
    if not key:
        raise ImproperlyConfigured(f"{path} is empty: delete it, and a new key is made (all users sign in again).")
    return key


def _create_private(path: Path, content: str) -> None:
    """Writes a file whole or not at all, and leaves an existing one alone: two processes may start at once."""
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
