"""gunicorn's threaded worker, as this server needs it: `worker_class` in gunicorn.conf.py."""

from .lifetime import Lifetime


class Worker(Lifetime):
    """One process of the server."""
