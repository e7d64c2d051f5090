"""The WSGI application that gunicorn and runserver call."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatproj.settings")

application = get_wsgi_application()

from Dweb.views.request import Request  # noqa: E402 - Django is ready only now

application.request_class = Request
