"""The files of static/ as browsers get them: scripts and styles without their comments, and all of it compressed.

Prepared once in each process's life, in VAR_DIR; with DEBUG the files are served as they were written.
"""

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from whitenoise.compress import Compressor
from whitenoise.middleware import WhiteNoiseMiddleware

# Comments that have lines of their own, so that nothing in a string looks like one.
COMMENTS = {
    ".js": re.compile(rb"^[ \t]*//.*\n|^\n", re.MULTILINE),
    ".css": re.compile(rb"^[ \t]*/\*.*?\*/[ \t]*\n|^\n", re.MULTILINE | re.DOTALL),
}


class AssetsMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise, with what was prepared in place of our own files."""

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        if not self.autorefresh:
            self.add_files(str(prepared()), prefix=self.static_prefix)


@cache
def prepared() -> Path:
    """The folder with our files for browsers. Several processes may make it at once: each file is replaced whole."""
    folder = Path(settings.VAR_DIR) / "static"
    compressor = Compressor(use_brotli=False, quiet=True)
    for source in settings.STATICFILES_DIRS:
        for path in sorted(Path(source).rglob("*.*")):
            made = folder / path.relative_to(source)
            made.parent.mkdir(parents=True, exist_ok=True)
            draft = made.with_name(f"{os.getpid()}{made.suffix}")
            draft.write_bytes(without_comments(path))
            modified = path.stat().st_mtime
            os.utime(draft, (modified, modified))  # browsers ask whether it has changed since
            for compressed in compressor.compress(str(draft)):
                os.replace(compressed, f"{made}.gz")
            os.replace(draft, made)
    return folder


def without_comments(path: Path) -> bytes:
    content = path.read_bytes()
    comments = COMMENTS.get(path.suffix)
    return comments.sub(b"", content) if comments else content
