"""locks/: each requirement and all that it needs, with the versions that requirements*.txt ask for and with hashes."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path.name for path in ROOT.glob("requirements*.txt"))
ENTRY = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[\w.]+)", re.MULTILINE)


def pins(text: str) -> dict[str, str]:
    return {re.sub(r"[-_.]+", "-", entry["name"]).lower(): entry["version"] for entry in ENTRY.finditer(text)}


def asked(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text()
    included = re.findall(r"^-r (\S+)", text, re.MULTILINE)
    return pins(text) | {key: value for each in included for key, value in asked(each).items()}


def locked(name: str) -> str:
    return (ROOT / "locks" / name).read_text()


@pytest.mark.parametrize("name", FILES)
def test_a_lock_has_each_requirement_in_its_version(name: str) -> None:
    found = pins(locked(name))
    assert asked(name).items() <= found.items(), "run scripts/lock"


@pytest.mark.parametrize("name", FILES)
def test_each_package_of_a_lock_has_hashes(name: str) -> None:
    for entry in re.split(r"\n(?=\S)", locked(name).strip()):
        assert re.match(r"\S+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize("name", [name for name in FILES if name != "requirements-bench.txt"])
def test_the_locks_of_one_environment_agree(name: str) -> None:
    """scripts/test installs them into the .venv of scripts/serve, one after the other."""
    assert pins(locked("requirements.txt")).items() <= pins(locked(name)).items()


@pytest.mark.parametrize("name", FILES)
def test_each_requirement_has_a_reason(name: str) -> None:
    for line in (ROOT / name).read_text().splitlines():
        assert line.startswith("-r ") or re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+ +# .+", line), line


def test_whatever_installs_asks_for_hashes() -> None:
    for name in ("scripts/venv.sh", "scripts/bench", "deploy/Dockerfile"):
        text = (ROOT / name).read_text().replace("\\\n", " ")
        installs = re.findall(r"pip install .*--requirement.*", text)
        assert installs, name
        assert all("--require-hashes" in line for line in installs), name
