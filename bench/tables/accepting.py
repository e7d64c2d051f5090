"""Table 5, accepted messages a second, against requests that store nothing on the same server."""

from statistics import median

from ..crew import USERS, Crew, Plan, Subject, troubles
from ..figures import Table, ratios, spread
from ..ours import Ours

KEPT_ALIVE = 16
PIPELINE = 10
SILENT = {"hello": "", "greeting": "", "quiet": 0.3, "silent": 1}  # clients that do not greet get answers only


def run(plan: Plan) -> list[Table]:
    columns = ["", "accepted/s", "of the view that stores nothing", "server's CPU, ms each"]
    table = Table("Accepting messages", columns, unit="accepted/s")
    with Crew(plan, USERS) as crew:
        server = crew.serve(Ours(USERS, DJANGO_SETTINGS_MODULE="bench.site.settings"))
        over = {"http": KEPT_ALIVE, "by_http": 1, "window": KEPT_ALIVE}
        idle = crew.add(server, "view that stores nothing", SILENT | over | {"post_path": "/nothing/"})
        crew.add(server, f"POST /msg_send/, {KEPT_ALIVE} connections", SILENT | over)
        piped = {"pipeline": PIPELINE, "window": 100 * PIPELINE}
        crew.add(server, f"socket, {USERS} senders, {PIPELINE} on their way each", SILENT | piped)
        crew.take_turns(seconds=plan.seconds)
        for subject in crew.subjects:
            accepted = [each.accepted / each.seconds for each in subject.rounds]
            of_idle = ratios(accepted, [each.accepted / each.seconds for each in idle.rounds])
            against = "" if subject is idle else spread(of_idle)
            table.rows.append([subject.name, spread(accepted), against, spread(_cost(subject))])
            table.bars.append((subject.name.split(",")[0], median(accepted)))
        table.notes += troubles(crew.subjects)
    return [table]


def _cost(subject: Subject) -> list[float]:
    return [1_000 * each.server_cpu / each.accepted for each in subject.rounds if each.accepted]
