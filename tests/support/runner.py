"""Django's test runner: `manage.py test` runs the views' tests, and needs nothing beyond requirements.txt."""

import logging
from collections.abc import Sequence
from typing import Any
from unittest import TestSuite

from django.conf import settings
from django.test.runner import DiscoverRunner

DEFAULT_LABELS = ["tests.views"]


class Runner(DiscoverRunner):
    """Without labels, only the views' tests: the others are written for pytest."""

    def build_suite(self, test_labels: Sequence[str] | None = None, **options: Any) -> TestSuite:
        return super().build_suite(test_labels or DEFAULT_LABELS, **options)

    def setup_test_environment(self, **options: Any) -> None:
        super().setup_test_environment(**options)
        # Requests that are refused on purpose would log a line each. What a test looks at with assertLogs() is there.
        for name in ("", *settings.LOGGING["loggers"]):
            logging.getLogger(name).handlers = [logging.NullHandler()]
