"""Table 7, endurance: minutes at half of saturation; memory, threads and files before and after."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ..crew import Crew, Plan, Subject, leave, troubles
from ..figures import Table, number
from ..ours import Ours
from ..server import Server

CLIENTS = 1_000
WARM_SECONDS = 120
SAMPLES = 10  # of the memory, meanwhile


def run(plan: Plan) -> list[Table]:
    """Measures nothing without minutes. A first session is for what the server makes on first use."""
    if not plan.minutes:
        return []
    seconds = plan.minutes * 60
    with Crew(plan, CLIENTS) as crew:
        server = Ours(CLIENTS)
        crew.serve(server)
        server.fill_pool()
        session = _session(crew, server)
        most = session.run(seconds=plan.seconds, window=200)
        half = most.accepted / most.seconds / 2
        session.run(rate=half, seconds=WARM_SECONDS)
        left_before = _leave(session, server)
        subject = _session(crew, server)
        subject.run(rate=half, seconds=WARM_SECONDS)
        before = _uses(server)
        with _sampled(server, seconds / SAMPLES) as memory:
            last = subject.load.round(server.cpu, timeout=seconds + 120, rate=half, seconds=seconds)
        subject.rounds.append(last)
        after = _uses(server)
        left_after = _leave(subject, server)
        trouble = troubles([subject])
    title = f"Endurance, {CLIENTS:,} clients, {plan.minutes:g} minutes at {half:,.0f} messages a second"
    table = Table(title, ["", "before", "after", "without clients: before", "after"])
    for name in before:
        table.rows.append([name, *(number(each[name]) for each in (before, after, left_before, left_after))])
    table.notes.append(f"{last.deliveries:,} deliveries; p50 {last.p50:.1f} ms, p99 {last.p99:.1f} ms.")
    table.notes.append(f"Memory on the way, MB: {', '.join(f'{each:.1f}' for each in memory)}.")
    grown = after["memory, MB"] / before["memory, MB"] - 1
    table.notes.append(f"Memory while they talked: {grown:+.1%}.")
    if left_after["threads"] > left_before["threads"] or left_after["open files"] > left_before["open files"]:
        table.notes.append("Threads or files were left over when all clients had gone.")
    table.notes += trouble or ["Every client got every message once."]
    return [table]


def _session(crew: Crew, server: Server) -> Subject:
    return Subject(server.name, server, crew.connect(server, http=16), {"by_http": 0})


def _leave(session: Subject, server: Server) -> dict[str, float]:
    """Disconnects all clients; returns what the server uses once it has closed their connections."""
    leave(server, session.load, CLIENTS)
    time.sleep(1)
    return _uses(server)


def _uses(server: Server) -> dict[str, float]:
    worker = server.worker
    return {"memory, MB": _megabytes(server), "threads": worker.num_threads(), "open files": worker.num_fds()}


def _megabytes(server: Server) -> float:
    return server.rss / 2**20


@contextmanager
def _sampled(server: Server, every: float) -> Iterator[list[float]]:
    """Samples the server's memory in MB, every `every` seconds until the context ends."""
    samples: list[float] = []
    done = threading.Event()

    def sample() -> None:
        while not done.wait(every):
            samples.append(_megabytes(server))

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield samples
    finally:
        done.set()
        thread.join()
