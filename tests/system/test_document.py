"""A whole server against its own OpenAPI document: schemathesis makes requests of it, as programs and as people."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ..conftest import LONG
from ..support.programs import program_of
from ..support.server import Server, Visitor

EXAMPLES = 40  # of an operation, beside those at the bounds of every field
SECONDS = 1_200
SIGNED_IN = "^/(tokens|sessions|handover)/"  # the addresses that take no token
STREAM = "get_events"  # has no end
FREE: dict[str, object] = {
    "SEND_RATE": 1_000_000,
    "SEND_BURST": 1_000_000,
    "ROOMS_PER_DAY": 100_000,
    "PRIVATE_CHATS_PER_HOUR": 100_000,
    "PEOPLE_ADDED_PER_HOUR": 100_000,
    "INVITATIONS_PER_DAY": 100_000,
    "HOOKS_PER_DAY": 100_000,
    "HOOKS_PER_ROOM": 100_000,
    "REPORTS_PER_DAY": 100_000,
    "NAME_CHANGES_PER_HOUR": 100_000,
    "PICTURE_CHANGES_PER_HOUR": 100_000,
}
ADMIN = "from Dweb.models import User; User.objects.filter(pk={pk}).update(is_superuser=True)"
# Not `negative_data_rejection`: fields that nobody knows are passed over. Not `ignored_auth`: the icon of the place is
# for everyone. The others are about links between operations, which the document does not have.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
)

pytestmark = [pytest.mark.once, *LONG]


def conform(person: Visitor, folder: Path, *options: str) -> None:
    """Has schemathesis make requests as this person, in a process of its own."""
    command = Path(sys.executable).with_name("schemathesis")
    headers = [word for name, value in person.headers.items() for word in ("--header", f"{name}: {value}")]
    done = subprocess.run(
        [
            command, "run", f"{person.server.url}/api/", *headers, "--checks", ",".join(CHECKS),
            "--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES), "--generation-deterministic",
            "--suppress-health-check", "all", "--continue-on-failure", "--warnings", "off", "--request-timeout", "30",
            "--no-color", *options,
        ],
        cwd=folder, capture_output=True, text=True, timeout=SECONDS,
        env={name: value for name, value in os.environ.items() if not name.startswith("SCHEMATHESIS")},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    print(done.stdout)


@pytest.fixture
def people(make_server: Callable[..., Server]) -> list[Visitor]:
    """An admin and somebody else at a server where nobody runs out; both have written something."""
    server = make_server(**FREE)
    ann, bob = server.people(2)
    server.run("manage.py", "shell", "--no-imports", "-c", ADMIN.format(pk=ann.userid))
    assert ann.post("/rooms/", title="Plant", room="plant").status == 200
    for person in (ann, bob):
        person.say("hello")
    ann.say("to one", type="0", userto=bob.userid)
    ann.say("among plants", room="plant")
    return [ann, bob]


def test_a_program_gets_what_the_document_has(people: list[Visitor], tmp_path: Path) -> None:
    ann, _bob = people
    program = program_of(ann, scopes="read,write,manage")
    conform(program, tmp_path, "--exclude-operation-id", STREAM)
    assert program.get("/profile/").status == 200  # its token has not ended meanwhile
    assert ann.server.faults() == []


def test_a_person_gets_what_the_document_has(people: list[Visitor], tmp_path: Path) -> None:
    ann, _bob = people
    conform(ann, tmp_path, "--include-path-regex", SIGNED_IN)
    assert ann.server.faults() == []
