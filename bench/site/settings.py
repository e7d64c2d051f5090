"""The chat's settings, with the addresses of urls.py."""

from chatproj.settings import *  # noqa: F403 - all of them

ROOT_URLCONF = "bench.site.urls"
