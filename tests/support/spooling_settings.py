"""The settings of a server with the view of spooling.py."""

import os

os.environ.setdefault("TEST_LIMITS", "{}")

from .settings import *  # noqa: F403 - all of them

ROOT_URLCONF = "tests.support.spooling"
