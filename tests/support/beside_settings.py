"""The settings of a server with the view of beside.py. With DEBUG, its log has each query of the database."""

import os

os.environ.setdefault("TEST_LIMITS", "{}")

from .settings import *  # noqa: F403 - all of them
from .settings import LOGGING

ROOT_URLCONF = "tests.support.beside"
LOGGING["loggers"]["django.db.backends"] = {"level": "DEBUG"}
