"""The package as people install it: into an environment of its own, with its command and its types."""

import subprocess
import sys
from pathlib import Path

import pytest

from ..support.server import ROOT

CHECKED = """
from dweb_client import AsyncChat, Chat, Event

chat = Chat("https://chat.example.org", token="dweb_x")
seq: int = chat.send("x")
for event in chat.events(["lobby"], start="now"):
    text: str = event.text
reveal_type(chat.history())
chat.send(1)
"""


@pytest.mark.long
def test_it_is_installed_from_its_folder(tmp_path: Path) -> None:
    """Needs the package index, as scripts/test does."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv/bin/python"
    copy = tmp_path / "client"
    subprocess.run(["cp", "-r", ROOT / "client", copy], check=True)  # or the build would leave its folders there
    subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", copy], check=True)
    done = subprocess.run([tmp_path / "venv/bin/dweb", "--help"], capture_output=True, text=True, check=True, cwd="/")
    assert "send" in done.stdout
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format=freeze"], capture_output=True, text=True, check=True
    )
    names = {line.partition("==")[0] for line in listed.stdout.splitlines()}
    assert names - {"pip", "setuptools"} == {"dweb-client", "websockets"}
    (tmp_path / "program.py").write_text(CHECKED)
    mypy = [sys.executable, "-m", "mypy", "--strict", "--python-executable", str(python), "program.py"]
    checked = subprocess.run(mypy, cwd=tmp_path, capture_output=True, text=True)
    assert 'Revealed type is "typing.Generator[dweb_client.models.Event, None, None]"' in checked.stdout, checked.stdout
    assert "Found 1 error" in checked.stdout, checked.stdout
