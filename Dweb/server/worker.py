"""gunicorn's threaded worker, as this server needs it: `worker_class` in gunicorn.conf.py."""

from .fronted import Fronted
from .lifetime import Lifetime


class Worker(Lifetime, Fronted):
    """One process of the server."""
