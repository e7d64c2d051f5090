"""Prepares the files of static/ for browsers: minified, compressed, each named by a hash of its content.

`manage.py serve` calls prepare(). Every other way of starting serves the files as they were written.
"""

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import django
import rcssmin
import rjsmin
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.management.commands.collectstatic import Command as CollectStatic
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

BLOCK_END = re.compile(r";?}\n?(?![\s;])")  # with what our scripts, which end every statement, need not have around it
NUMBER = re.compile(r"(?<![\w ])const ([A-Z][A-Z0-9_]*)=(\d[\d_.]*);")  # what is exported stands behind a blank
# What stands between two declarations: behind one, which is a pattern or a name, `=`, and what has no `;` in it.
JOINT = re.compile(
    r"(?<!export )(\bconst(?: [\w$]+|\{[^{}]*\}|\[[^\]]*\])=(?:[^;{}]|\{[^;{}]*\})*);const ?(?=[\w$\[{])"
)
ONE_PARAMETER = re.compile(r"(?<![\w$)\]])\(([a-zA-Z_$][\w$]*)\)=>")
PRIVATE = re.compile(r"""(?<!["'`/])#([a-zA-Z]\w*)""")  # a name of a class's own; in a string it would be an address


def minified_script(source: str) -> str:
    """Minifies a script: more than blanks go, and names that nothing outside of its module or its class can use.

    It has no parser. The tests hold the syntax of each script against that of the source.
    """
    script = BLOCK_END.sub("}", rjsmin.jsmin(source))
    numbers = {name: value.replace("_", "") for name, value in NUMBER.findall(script)}
    script = NUMBER.sub("", script)
    if numbers:
        named = re.compile(rf"(?<![\w.$#])({'|'.join(numbers)})\b")
        script = named.sub(lambda found: numbers[found[1]], script)
    script = ONE_PARAMETER.sub(r"\1=>", script)
    joined = 1
    while joined:
        script, joined = JOINT.subn(r"\1,", script)
    used = dict.fromkeys(re.findall(r"\.#(\w+)", script))
    short = {name: f"#{_letters(number)}" for number, name in enumerate(used)}
    return PRIVATE.sub(lambda found: short.get(found[1], found[0]), script)


def _letters(number: int) -> str:
    """0 is a, 25 is z, 26 is ba."""
    rest, last = divmod(number, 26)
    return (_letters(rest) if rest else "") + chr(ord("a") + last)


MINIFIERS = {".js": minified_script, ".css": rcssmin.cssmin}
TOOLS = (django, rjsmin, rcssmin)  # another version of these may make other files from the same sources

# Django replaces the addresses of imported modules; this pattern finds addresses of other files, such as styles.
URL_OF_MODULE = (
    r"""(?P<matched>new URL\("(?P<url>[^"]+)",\s*import\.meta\.url\))""",
    """new URL("%(url)s",import.meta.url)""",
)


class AssetStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Minifies the project's own files, then lets WhiteNoise hash and compress all of them."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 20  # it ends earlier; a module whose imports go deeper than Django's 5 needs more
    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("*.js", (URL_OF_MODULE,)))
    keep_only_hashed_files = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        own = {os.path.abspath(folder) for folder in settings.STATICFILES_DIRS}
        for name, (source, _) in paths.items():
            copy = Path(self.path(name))
            if copy.suffix in MINIFIERS and source.location in own:
                copy.write_text(MINIFIERS[copy.suffix](copy.read_text("utf-8")), "utf-8")
        yield from super().post_process({name: (self, name) for name in paths}, dry_run, **options)


class Assets(NamedTuple):
    """The folder of one version. It stays while a process has the lock's file open, after exec and fork too."""

    folder: Path
    lock: int


def prepare() -> Assets:
    """Makes the assets of this version if they are missing."""
    root = Path(settings.VAR_DIR) / "static"
    root.mkdir(parents=True, exist_ok=True)
    folder = root / _version()
    lock = _lock(root, folder)
    if not folder.exists():
        _make(folder)
    return Assets(folder, lock)


def _version() -> str:
    """Hashes everything that the assets are made from."""
    sources = [(path, storage.path(path)) for finder in get_finders() for path, storage in finder.list(None)]
    version = hashlib.sha256(Path(__file__).read_bytes())
    version.update(" ".join(tool.__version__ for tool in TOOLS).encode())
    for path, file in sorted(sources):
        content = Path(file).read_bytes()
        version.update(f"\n{path} {len(content)}\n".encode() + content)
    return version.hexdigest()[:16]


def _make(folder: Path) -> None:
    """Makes a draft and renames it: a killed process leaves no incomplete folder, and one of several processes wins."""
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix="draft-"))
    try:
        command = CollectStatic()
        command.storage = AssetStorage(location=draft)
        call_command(command, interactive=False, verbosity=0)
        draft.rename(folder)
    except OSError:
        if not folder.exists():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _lock(root: Path, folder: Path) -> int:
    """Takes the lock that all running servers share; removes other versions first if no other server has it."""
    lock = os.open(root / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    os.set_inheritable(lock, True)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pass
    else:
        for other in root.iterdir():
            if other.is_dir() and other != folder:
                shutil.rmtree(other, ignore_errors=True)
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock
