"""gunicorn for the chat: processes, threads for requests, and a stop that closes all sockets with code 1012."""

import gc
import os
import resource
import shutil
import signal
import tempfile
import threading
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatproj.settings")

from django.conf import settings

SPARE_CONNECTIONS = 1_000  # requests and idle keep-alive connections, beside the sockets
SPARE_FILES = 1_000  # the database, Redis, static files, the log
CONNECT_BACKLOG = 4_096  # after a restart all clients connect at once; Linux's own bound is 4,096, too
KEEPALIVE_SECONDS = 30  # more than the 20 s of nginx.conf, so that nginx sends no request into a connection that closes
CUT_SECONDS = 2  # after the close codes, for requests; gunicorn then kills the worker
HANG_SECONDS = 120  # a worker whose main thread is silent for so long is killed; a busy machine delays it by seconds

# Python's own thresholds are 700, 10 and 10. The objects of 10,000 clients live long, and walking through them finds
# nothing, so the collector runs more rarely.
GC_THRESHOLDS = (20_000, 20, 20)

wsgi_app = "chatproj.wsgi:application"
worker_class = "Dweb.server.worker.Worker"
workers = settings.WEB_CONCURRENCY  # one holds 10,000 clients; several share the chat over Redis
threads = settings.HTTP_THREADS  # for requests; each socket has a thread of its own
worker_connections = settings.MAX_SOCKETS + SPARE_CONNECTIONS
backlog = CONNECT_BACKLOG
keepalive = KEEPALIVE_SECONDS
graceful_timeout = int(settings.WEBSOCKET_CLOSE_SECONDS) + CUT_SECONDS
timeout = HANG_SECONDS
control_socket_disable = True
forwarded_allow_ips = ",".join(settings.TRUSTED_PROXIES)
forwarder_headers = ""  # SCRIPT_NAME would be one by default, and a path that does not begin with it a 500
errorlog = "-"
loglevel = "warning"
logconfig_dict = settings.LOGGING


def on_starting(server):
    os.environ["WORKERS_DIR"] = tempfile.mkdtemp(prefix="dweb-")  # the workers' sockets, for /metrics


def on_exit(server):
    shutil.rmtree(os.environ["WORKERS_DIR"])


def when_ready(server):
    for address in os.environ.get("SERVE_ADDRESSES", "").split():
        print(f"The chat is at {address}", flush=True)


def post_worker_init(worker):
    """Starts the runtime, and lets the signals to stop close the sockets: the thread of a socket ends with it."""
    from Dweb import runtime

    _allow_files()
    live = runtime.get()  # before the first request: it reads the users of other processes
    live.metrics.join(Path(os.environ["WORKERS_DIR"]))
    gc.collect()
    gc.freeze()  # the modules stay for good: the collector need not walk through them
    gc.set_threshold(*GC_THRESHOLDS)

    def stop(signum, frame):
        _close_sockets()
        worker.handle_exit(signum, frame)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # meant for the master, which replaces this worker


def worker_int(worker):
    _close_sockets()


def _allow_files():
    """Raises the limit of open files: each socket is one, and so is each idle keep-alive connection."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = worker_connections + settings.MAX_SOCKETS + SPARE_FILES
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


def _close_sockets():
    """Closes the sockets in a thread of its own: a signal handler must not wait for a lock that its thread may hold."""
    from Dweb import runtime

    live = runtime.running()
    if live is not None:
        threading.Thread(target=live.stop, name="stop").start()
