"""gunicorn for the chat: one process or a few, some threads for requests, and a restart that tells everyone."""

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

wsgi_app = "chatproj.wsgi:application"
worker_class = "gthread"
workers = settings.WEB_CONCURRENCY  # one process holds everyone; several share the chat by way of Redis
threads = settings.HTTP_THREADS  # for requests; each socket has a thread of its own
worker_connections = settings.MAX_SOCKETS + 1_000  # idle keep-alive connections cost no thread
backlog = 4_096
keepalive = 30
graceful_timeout = int(settings.WEBSOCKET_CLOSE_SECONDS) + 2  # then whoever does not finish is cut off
timeout = 120
control_socket_disable = True
forwarded_allow_ips = ",".join(settings.TRUSTED_PROXIES)
errorlog = "-"
loglevel = "warning"
logconfig_dict = settings.LOGGING


def on_starting(server):
    os.environ["WORKERS_DIR"] = tempfile.mkdtemp(prefix="dweb-")  # where the workers meet, for /metrics


def on_exit(server):
    shutil.rmtree(os.environ["WORKERS_DIR"])


def when_ready(server):
    for address in os.environ.get("SERVE_ADDRESSES", "").split():
        print(f"The chat is at {address}", flush=True)


def post_worker_init(worker):
    """A socket's thread ends when its socket does, so the signals to stop must close the sockets."""
    from Dweb import runtime

    _allow_files()
    live = runtime.get()  # so that it knows the users of other processes before its first request
    live.metrics.join(Path(os.environ["WORKERS_DIR"]))
    gc.collect()
    gc.freeze()  # what was loaded until now stays: the collector need not walk through it, nor so often through a crowd
    gc.set_threshold(20_000, 20, 20)

    def stop(signum, frame):
        _close_sockets()
        worker.handle_exit(signum, frame)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # for the master, which replaces this worker


def worker_int(worker):
    _close_sockets()


def _allow_files():
    """Each socket is an open file, and so is each idle keep-alive connection."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = worker_connections + settings.MAX_SOCKETS + 1_000
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


def _close_sockets():
    """In a thread of its own: a signal handler must not wait for a lock that the code under it may hold."""
    from Dweb import runtime

    live = runtime.running()
    if live is not None:
        threading.Thread(target=live.stop, name="stop").start()
