"""The files of static/ as browsers get them: scripts and styles without comments and indentation, all of it compressed.

Prepared once for each version of them, in VAR_DIR; with DEBUG the files are served as they were written.
"""

import hashlib
import os
import re
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from whitenoise.compress import Compressor
from whitenoise.middleware import WhiteNoiseMiddleware

# Indentation, empty lines, and comments that have lines of their own: nothing in a string of one line looks like one.
SUPERFLUOUS = {
    ".js": re.compile(rb"^[ \t]*(?://.*)?\n?", re.MULTILINE),
    ".css": re.compile(rb"^[ \t]*(?:/\*.*?\*/[ \t]*(?=\n))?\n?", re.MULTILINE | re.DOTALL),
}


class AssetsMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise, with what was prepared in place of our own files."""

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        if not self.autorefresh:
            self.add_files(str(prepared()), prefix=self.static_prefix)


@cache
def prepared() -> Path:
    """The folder with our files for browsers. Several processes may make it at once: the first one's stays."""
    sources = [(source, path) for source in settings.STATICFILES_DIRS for path in sorted(Path(source).rglob("*.*"))]
    version = hashlib.sha256()
    for source, path in sources:
        version.update(f"{path.relative_to(source)} {path.stat().st_mtime} ".encode() + path.read_bytes())
    folder = Path(settings.VAR_DIR) / "static" / version.hexdigest()[:16]
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        others = [other for other in folder.parent.iterdir() if other != folder]
        draft = Path(tempfile.mkdtemp(dir=settings.VAR_DIR))
        for source, path in sources:
            prepare(path, draft / path.relative_to(source))
        with suppress(OSError):
            draft.rename(folder)
        for other in [*others, draft]:
            shutil.rmtree(other, ignore_errors=True)
    return folder


def prepare(path: Path, made: Path) -> None:
    content = path.read_bytes()
    superfluous = SUPERFLUOUS.get(path.suffix)
    made.parent.mkdir(parents=True, exist_ok=True)
    made.write_bytes(superfluous.sub(b"", content) if superfluous else content)
    modified = path.stat().st_mtime
    os.utime(made, (modified, modified))  # browsers ask whether it has changed since
    list(Compressor(use_brotli=False, quiet=True).compress(str(made)))
