"""The catalogues in locale/: every sentence of the sources is in them, translated; what is compiled is up to date."""

import ast
import gettext
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from .test_sentences import CALL, ROOT, SCRIPTS, code

CATALOGUES = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))


class Entry(NamedTuple):
    ids: tuple[str, ...]  # msgid and msgid_plural
    translations: tuple[str, ...]
    flags: str


def read_po(path: Path) -> list[Entry]:
    """The entries of a catalogue without its header, by their msgids."""
    entries = []
    for block in path.read_text().strip().split("\n\n"):
        fields: dict[str, str] = {}
        for line in block.splitlines():
            if keyword := re.match(r"(#~ )?(msg\S+) ", line):
                current = keyword[2]
                fields[current] = ""
            if quoted := re.search(r'".*"$', line) if not line.startswith(("#:", "#,", "# ", "#|")) else None:
                fields[current] += ast.literal_eval(quoted[0])
        ids = tuple(fields[key] for key in ("msgctxt", "msgid", "msgid_plural") if key in fields)
        texts = tuple(text for key, text in fields.items() if key.startswith("msgstr"))
        flags = " ".join(line for line in block.splitlines() if line.startswith(("#,", "#~")))
        if ids != ("",):
            entries.append(Entry(ids, texts, flags))
    return sorted(entries)


def compiled(path: Path) -> dict[object, str]:
    with path.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {key: text for key, text in catalogue.items() if key != ""}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources after scripts/translate."""
    if shutil.which("msgfmt") is None:
        pytest.skip("there is no gettext")
    copy = tmp_path_factory.mktemp("sources")
    for name in ("Dweb", "chatproj", "locale", "scripts", "static", "template"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", copy)
    variables = os.environ | {"PYTHON": sys.executable, "VAR_DIR": str(copy / "var")}
    done = subprocess.run(["scripts/translate"], cwd=copy, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stdout + done.stderr
    return copy


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_has_the_sentences_of_the_sources_and_is_compiled(fresh: Path, catalogue: Path) -> None:
    """Otherwise: run scripts/translate, translate what is new, and run it again."""
    renewed = fresh / catalogue.relative_to(ROOT)
    assert len(read_po(renewed)) > 50
    assert [entry.ids for entry in read_po(catalogue)] == [entry.ids for entry in read_po(renewed)]
    assert compiled(catalogue.with_suffix(".mo")) == compiled(renewed.with_suffix(".mo"))


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.stem)
def test_every_sentence_is_translated_with_its_placeholders(catalogue: Path) -> None:
    entries = read_po(catalogue)
    assert [entry.ids[0] for entry in entries if not all(entry.translations)] == []
    assert [entry.ids[0] for entry in entries if "fuzzy" in entry.flags or "#~" in entry.flags] == []
    assert [
        entry.ids[0] for entry in entries if {holes(text) for text in entry.translations} != {holes(entry.ids[-1])}
    ] == []


def holes(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"%(?:\(\w+\))?[sd]", text))


def test_there_is_a_catalogue_for_pages_and_one_for_scripts() -> None:
    assert {path.stem for path in CATALOGUES} == {"django", "djangojs"}


def test_xgettext_understands_every_script() -> None:
    """What it reads may be newer than itself: it must have found all that a plain search finds, and no call is left."""
    known = {text for entry in read_po(ROOT / "locale/zh_Hans/LC_MESSAGES/djangojs.po") for text in entry.ids}
    found = [match for path in SCRIPTS for match in CALL.finditer(code(path))]
    assert found
    assert {json.loads(text) for match in found for text in match.groups() if text} == known
    calls = [path.name for path in SCRIPTS for _ in re.finditer(r"(?<!function )\b(_|ngettext)\(", code(path))]
    assert len(calls) == len(found), "gettext takes a literal in double quotes"
