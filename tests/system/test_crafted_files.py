"""Crafted pictures and files, sent to a whole server: none breaks it, runs in a browser, or stops the previews."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from Dweb.files.content import INLINE

from ..files.corpus import all_cases
from ..support.server import Server, Visitor
from ..support.uploads import post, send
from ..support.waiting import wait_until

pytestmark = [pytest.mark.long, pytest.mark.once]

PLENTY = {"SEND_RATE": 1_000, "SEND_BURST": 100_000}
NO_TRACEBACK = re.compile(r"Traceback|CRITICAL|Internal Server Error")
TAKEN, REFUSED = 200, {400, 413, 415}


def is_settled(person: Visitor, file: Any) -> bool:
    """True once the preview is made, or never will be."""
    answer = person.get(file["preview"])
    return answer.status == 200 or "Retry-After" not in answer.headers


def test_no_crafted_file_does_harm(make_server: Callable[..., Server]) -> None:
    server = make_server(**PLENTY)
    [ann] = server.people(1)
    worker = server.worker.pid
    answers = {case.name: post(ann, case.data, re.sub(r"[^\w.-]", "_", case.name)) for case in all_cases()}
    assert len(answers) >= 100
    assert {answer.status for answer in answers.values()} - REFUSED == {TAKEN}
    ids = [answer.json()["id"] for answer in answers.values() if answer.status == TAKEN]
    for start in range(0, len(ids), 10):
        ann.say("", files=",".join(ids[start : start + 10]))
    events = ann.get("/history/?limit=200").json()["events"]
    files = [file for event in events for file in event["data"]["files"]]
    assert [file["id"] for file in files] == ids
    for file in files:
        answer = ann.get(f"/files/{file['id']}/x")
        assert answer.status == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if answer.headers["Content-Disposition"].startswith("inline"):
            assert answer.headers["Content-Type"].partition(";")[0] in INLINE - {"text/html", "image/svg+xml"}
        else:
            assert answer.headers["Content-Type"] == "application/octet-stream"
    for file in files:
        if "preview" in file:
            wait_until(lambda file=file: is_settled(ann, file), 120)
    made = sum(ann.get(file["preview"]).status == 200 for file in files if "preview" in file)
    assert made > 30
    assert send(ann, b"goes on")
    assert server.worker.pid == worker
    assert not NO_TRACEBACK.search(server.log())
