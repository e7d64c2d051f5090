"""gunicorn's threaded worker, as this server needs it: `worker_class` in gunicorn.conf.py."""

from .fronted import Fronted


class Worker(Fronted):
    """One process of the server."""
