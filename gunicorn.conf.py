"""gunicorn for the chat: processes, threads for requests, and a stop that closes all sockets with code 1012."""

import gc
import logging
import os
import shutil
import signal
import tempfile
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatproj.settings")

from django.conf import settings
from django.urls import reverse
from gunicorn.errors import AppImportError

SPARE_CONNECTIONS = 1_000  # requests and idle keep-alive connections, beside the sockets
CONNECT_BACKLOG = 4_096  # after a restart all clients connect at once; Linux's own bound is 4,096, too
KEEPALIVE_SECONDS = 30  # more than the 20 s of nginx.conf, so that nginx sends no request into a connection that closes
CUT_SECONDS = 6  # after the close codes, for requests and the ends of sockets; gunicorn then kills the worker
HANG_SECONDS = 120  # a worker whose main thread is silent for so long is killed; a busy machine delays it by seconds

# Python's own thresholds are 700, 10 and 10. The objects of 10,000 clients live long, and walking through them finds
# nothing, so the collector walks through what is old more rarely; through what is new often: all threads stand still
# meanwhile, 20 ms for 20,000 objects.
GC_THRESHOLDS = (1_000, 20, 400)

wsgi_app = "chatproj.wsgi:application"
worker_class = "Dweb.server.worker.Worker"
workers = settings.WEB_CONCURRENCY  # one holds 10,000 clients; several share the chat over Redis
threads = settings.HTTP_THREADS  # for requests, started as they are needed
worker_connections = settings.MAX_SOCKETS + SPARE_CONNECTIONS
backlog = CONNECT_BACKLOG
keepalive = KEEPALIVE_SECONDS
graceful_timeout = int(settings.WEBSOCKET_CLOSE_SECONDS) + CUT_SECONDS
timeout = HANG_SECONDS
control_socket_disable = True
umask = settings.PRIVATE_UMASK  # gunicorn has one of its own, for its sockets
forwarded_allow_ips = ",".join(settings.TRUSTED_PROXIES)
forwarder_headers = ""  # SCRIPT_NAME would be one by default, and a path that does not begin with it a 500
errorlog = "-"
loglevel = "warning"
logconfig_dict = settings.LOGGING


def on_starting(server):
    """Runs once, in the master: the workers inherit the limits."""
    from Dweb.server.capacity import bounded_sockets

    settings.MAX_SOCKETS = bounded_sockets(settings.MAX_SOCKETS, worker_connections, workers)
    os.environ["WORKERS_DIR"] = tempfile.mkdtemp(prefix="dweb-")  # the workers' sockets, for /metrics


def on_exit(server):
    shutil.rmtree(os.environ["WORKERS_DIR"])


def when_ready(server):
    for address in os.environ.get("SERVE_ADDRESSES", "").split():
        print(f"The chat is at {address}", flush=True)
    for address in os.environ.get("SETUP_ADDRESSES", "").split():
        print(f"Set up your place at {address}", flush=True)


def post_worker_init(worker):
    """Starts the runtime, and tells the worker how it closes its sockets."""
    from django.utils import translation

    from Dweb import runtime

    _check_version()
    if worker.age == 1 and "SERVE_ADDRESSES" not in os.environ:
        _log_setup_addresses(worker.sockets)
    live = runtime.get()  # before the first request: it reads the users of other processes
    live.metrics.join(Path(os.environ["WORKERS_DIR"]))
    for language, _ in settings.LANGUAGES:
        translation.activate(language)  # its texts are read now: the loop, which answers handshakes, waits for no file
    translation.deactivate()
    gc.collect()
    gc.freeze()  # the modules stay for good: the collector need not walk through them
    gc.set_threshold(*GC_THRESHOLDS)
    worker.close_sockets = live.stop
    worker.parked = (b"GET %b " % reverse("chat").encode(),)
    worker.streamed = tuple(b"GET %b%b" % (reverse("events").encode(), end) for end in (b" ", b"?"))
    worker.sending = tuple(b"POST %b" % reverse(name).encode() for name in ("msg_send", "events"))
    worker.spooled = (b"POST /files/",)
    worker.activity = live.activity
    live.activity.coming = worker.goes_on_sending
    live.activity.paused = worker.tpool.paused
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # meant for the master, which replaces this worker


def _check_version():
    """Ends the server if a newer version has changed the database; a database that is away may come back."""
    from django.core.management.base import CommandError
    from django.db import DatabaseError

    from Dweb.databases import tables
    from Dweb.databases.release import releasing

    try:
        releasing(tables.check_version)
    except CommandError as error:
        raise AppImportError(str(error)) from None
    except DatabaseError as error:
        logging.getLogger("Dweb").warning("The version of the database is not known: %s", error)


def _log_setup_addresses(sockets):
    """Logs where the first account is made, if there is none, which `manage.py serve` would have printed."""
    from django.db import DatabaseError

    from Dweb.accounts import first_run
    from Dweb.databases.release import releasing

    try:
        code = releasing(first_run.prepare)
    except (DatabaseError, OSError) as error:
        logging.getLogger("Dweb").warning("The code for the first account cannot be made: %s", error)
        return
    for address in sockets if code else ():
        logging.getLogger("Dweb").info("Set up your place at %s%s", address, reverse("setup", args=[code]))
