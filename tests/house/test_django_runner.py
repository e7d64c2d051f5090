"""`manage.py test`: Django's runner runs the tests of the views and no others, without what the other tests need."""

import subprocess
import sys
import unittest
from pathlib import Path

from ..support.runner import Runner

ROOT = Path(__file__).resolve().parents[2]
NOT_INSTALLED = ("pytest", "hypothesis", "playwright", "psutil", "websocket")

TEST = f"""
import sys
sys.modules.update(dict.fromkeys({NOT_INSTALLED}))
import manage
sys.argv = ["manage.py", "test", "-k", "WaitLoop"]
manage.main()
"""


def cases(suite: unittest.TestSuite) -> list[unittest.TestCase]:
    return [case for each in suite for case in (cases(each) if isinstance(each, unittest.TestSuite) else [each])]


def test_without_labels_the_views_are_tested() -> None:
    modules = {type(case).__module__ for case in cases(Runner(verbosity=0).build_suite())}
    paths = (path.relative_to(ROOT).with_suffix("") for path in (ROOT / "tests/views").rglob("test_*.py"))
    assert modules == {".".join(path.parts) for path in paths}


def test_other_labels_may_be_named() -> None:
    suite = Runner(verbosity=0).build_suite(["tests.views.test_healthz"])
    assert {type(case).__module__ for case in cases(suite)} == {"tests.views.test_healthz"}


def test_it_needs_no_pytest_and_prints_its_result_alone() -> None:
    """A module that could not be imported would be a failed test, whatever -k says."""
    done = subprocess.run([sys.executable, "-c", TEST], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines() + done.stderr.splitlines()
    assert "OK" in lines
    known = ("Found ", "System check", "Creating test", "Destroying test", "Ran ", "OK", "-", ".")
    assert [line for line in lines if line and not line.startswith(known)] == []
