"""The place of a program in its rooms, in a file: `{"epoch": …, "rooms": {"lobby": 41}}`."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from .errors import PlaceError


class Place:
    """The number of the last event of each room that the program is done with, and the epoch of these numbers.

    The file is replaced as a whole, so that whoever kills the program finds the old one or the new one. It is not
    synced to the disk each time: after a power failure it may be older, and the events since then come again.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        self.epoch: str | None = None
        self.rooms: dict[str, int] = {}
        self._read()

    def _read(self) -> None:
        try:
            told = json.loads(self._path.read_bytes())
            rooms, epoch = told["rooms"], told["epoch"]
            if not all(type(seq) is int and seq >= 0 for seq in rooms.values()) or not isinstance(epoch, str | None):
                raise ValueError
        except FileNotFoundError:
            if not self._path.parent.is_dir():
                raise PlaceError(f"there is no folder {self._path.parent}") from None
        except OSError as error:
            raise PlaceError(f"{self._path} cannot be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError, AttributeError):
            raise PlaceError(f"{self._path} keeps no place: delete it to begin anew") from None
        else:
            self.epoch, self.rooms = epoch, rooms

    def save(self, epoch: str | None, rooms: Mapping[str, int]) -> None:
        """Keeps the numbers of these rooms, and those of other rooms if they are of the same epoch."""
        others = self.rooms if epoch == self.epoch else {}
        if epoch == self.epoch and others == {**others, **rooms}:
            return
        self.epoch, self.rooms = epoch, {**others, **rooms}
        draft = self._path.with_name(f".{self._path.name}.draft")
        try:
            draft.write_text(json.dumps({"epoch": epoch, "rooms": self.rooms}, ensure_ascii=False))
            os.replace(draft, self._path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise PlaceError(f"{self._path} cannot be written: {error.strerror}") from error
