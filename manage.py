#!/usr/bin/env python
"""Django's command line for this project: migrate, createsuperuser, runserver, serve and the rest."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatproj.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError as error:
        raise SystemExit("Django is missing: run scripts/serve once, then use .venv/bin/python manage.py.") from error
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        raise SystemExit(f"The settings are wrong: {error}") from None


if __name__ == "__main__":
    main()
