"""The chat's own settings, all of them, with the addresses of urls.py."""

from chatproj.settings import *  # noqa: F403 - that is the point

ROOT_URLCONF = "bench.site.urls"
