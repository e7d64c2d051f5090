"""Measures the chat and its peers, and writes RESULTS.md and results.svg. Started by scripts/bench."""

import argparse
import json
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path

from . import load, machine, picture
from .crew import Plan
from .figures import Table
from .tables import (
    accepting,
    connecting,
    crowd,
    endurance,
    fanout,
    growth,
    latency,
    memory,
    returning,
    rooms,
    servers,
)

FOLDER = Path(__file__).resolve().parent
TABLES = {
    "fanout": fanout.run,
    "latency": latency.run,
    "memory": memory.run,
    "crowd": crowd.run,
    "cluster": crowd.run_cluster,
    "connecting": connecting.run,
    "return": returning.run,
    "accepting": accepting.run,
    "rooms": rooms.run,
    "growth": growth.run,
    "servers": servers.run,
    "endurance": endurance.run,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--table", choices=TABLES, action="append", help="only this one; may be given several times")
    parser.add_argument("--rounds", type=int, default=5, help="of each measurement")
    parser.add_argument("--n", default="100,1000,5000", help="how many clients, for fanout")
    parser.add_argument("--clients", type=int, help="how many, for connecting, return, memory, crowd and cluster")
    parser.add_argument("--accounts", type=int, default=5_000, help="that the clients share, for crowd and cluster")
    parser.add_argument("--processes", type=int, default=0, help="of the server, for cluster; without it, none")
    parser.add_argument("--pace", type=float, default=1_000, help="clients that come back in a second, for return")
    parser.add_argument(
        "--hold", type=float, default=300, help="seconds for which all stay connected, for memory, crowd and cluster"
    )
    parser.add_argument("--seconds", type=float, default=2, help="of a round")
    parser.add_argument("--events", type=int, default=1_000_000, help="in the log, for growth")
    parser.add_argument("--minutes", type=float, default=0, help="of endurance; without it, none")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are stopped, too
    plan = Plan(
        program=load.build(),
        sizes=[int(size) for size in given.n.split(",")],
        clients=given.clients or Plan.clients,
        crowd=given.clients or Plan.crowd,
        accounts=given.accounts,
        processes=given.processes,
        pace=given.pace,
        rounds=given.rounds,
        seconds=given.seconds,
        events=given.events,
        hold=given.hold,
        minutes=given.minutes,
        say=lambda line: print(line, flush=True),
    )
    for name in given.table or TABLES:
        began = time.monotonic()
        print(f"{name}:", flush=True)
        tables = TABLES[name](plan)
        for table in tables:
            print(f"\n{table.markdown()}", flush=True)
        print(f"  {name} took {time.monotonic() - began:.0f} s", flush=True)
        if tables:
            _keep(name, tables)


def _keep(name: str, tables: list[Table]) -> None:
    """Writes these tables into the results, in place of earlier ones of this name."""
    path = FOLDER / "results.json"
    results = json.loads(path.read_text()) if path.exists() else {}
    results[name] = {"machine": machine.describe(), "tables": [asdict(table) for table in tables]}
    results = {key: results[key] for key in TABLES if key in results}
    path.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    every = {key: [Table(**each) for each in kept["tables"]] for key, kept in results.items()}
    parts = [
        f"{table.markdown()}\nMeasured: {results[key]['machine']}.\n"
        for key, tables in every.items()
        for table in tables
    ]
    (FOLDER / "RESULTS.md").write_text("\n".join([(FOLDER / "head.md").read_text(), *parts]))
    (FOLDER / "results.svg").write_text(picture.draw(every))


if __name__ == "__main__":
    main()
