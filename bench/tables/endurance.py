"""Table 7, endurance: minutes at half of what saturates; memory, threads and files before and after."""

from ..crew import Crew, Plan, troubles
from ..figures import Table, number
from ..server import Server

CLIENTS = 1_000
WARM_SECONDS = 20


def run(plan: Plan) -> list[Table]:
    """Nothing without minutes."""
    if not plan.minutes:
        return []
    with Crew(plan, CLIENTS) as crew:
        entry, _ = crew.add_ours()
        server = entry.server
        most = entry.run(seconds=plan.seconds)
        half = most.accepted / most.seconds / 2
        entry.run(rate=half, seconds=WARM_SECONDS)
        before = _uses(server)
        seconds = plan.minutes * 60
        last = entry.load.round(server.cpu, patience=seconds + 120, rate=half, seconds=seconds)
        entry.rounds.append(last)
        after = _uses(server)
        trouble = troubles([entry])
    title = f"Endurance, {CLIENTS:,} clients, {plan.minutes:g} minutes at {half:,.0f} messages a second"
    table = Table(title, ["", "before", "after"])
    table.rows += [[name, number(before[name]), number(after[name])] for name in before]
    table.notes.append(f"{last.deliveries:,} deliveries; p50 {last.p50:.1f} ms, p99 {last.p99:.1f} ms.")
    table.notes += trouble or ["Everyone got every message once."]
    return [table]


def _uses(server: Server) -> dict[str, float]:
    worker = server.worker
    return {"memory, MB": server.rss / 2**20, "threads": worker.num_threads(), "open files": worker.num_fds()}
