"""The figures for operators, in Prometheus' text format: read where they are counted, at each scrape. Counts nothing.

Each worker answers for itself, with its number as the label `worker`; the worker that is scraped adds the others'.
"""

import time
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from ..databases.sqlite import wal
from .counters import BOUNDS, Durations
from .workers import WorkerSlot

if TYPE_CHECKING:
    from ..runtime import Runtime

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
ALONE = "1"  # the number of a server's only process


class Metrics:
    """One process's figures, and its place among the workers of its server if there are several."""

    def __init__(self, runtime: "Runtime") -> None:
        self.began = time.monotonic()
        self._place: WorkerSlot | None = None
        self._counters = runtime.counters
        self._registry = CollectorRegistry()
        self._registry.register(LiveCollector(runtime))
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._registry)

    def join(self, folder: Path) -> None:
        """Makes this process one of several workers, which meet in this folder. Called once in a worker's life."""
        self._place = WorkerSlot(folder)
        self._place.open(lambda: generate_latest(_Families(self._own())))

    def page(self) -> bytes:
        """All workers' samples, each metric's together, as the format wants it."""
        others = self._place.ask_others() if self._place is not None else []
        families: dict[str, Metric] = {}
        for family in chain(self._own(), *(text_string_to_metric_families(text.decode()) for text in others)):
            if family.name in families:
                families[family.name].samples.extend(family.samples)
            else:
                families[family.name] = family
        return generate_latest(_Families(families.values()))

    def _own(self) -> Iterator[Metric]:
        """This worker's metrics, with its label. Copies: some collectors return the same objects again and again."""
        worker = {"worker": ALONE if self._place is None else self._place.name}
        for family in chain(self._counters.registry.collect(), self._registry.collect()):
            labelled = Metric(family.name, family.documentation, family.type, family.unit)
            labelled.samples = [sample._replace(labels=sample.labels | worker) for sample in family.samples]
            yield labelled


class LiveCollector(Collector):
    """The clients here and what they are sent. Takes the registry's lock to copy the list of clients only."""

    def __init__(self, runtime: "Runtime") -> None:
        self._runtime = runtime

    def collect(self) -> Iterator[Metric]:
        live = self._runtime
        clients = live.hub.connections()
        users = {client.user_id for client in clients}
        waiting = sum(client.outbox.size for client in clients)
        gaps = CounterMetricFamily("dweb_log_reads", "Reads of the log while delivering", None, ["why"])
        gaps.add_metric(["gap"], live.delivery.gaps)
        committer, delivered = live.committer, live.writer.delivered
        yield GaugeMetricFamily("dweb_connections", "Sockets that are open", len(clients))
        yield GaugeMetricFamily("dweb_users", "People with a socket on this worker", len(users))
        yield GaugeMetricFamily("dweb_outbox_bytes", "What waits to be written to all sockets", waiting)
        yield CounterMetricFamily("dweb_messages", "Events that this worker stored", committer.stored)
        yield CounterMetricFamily("dweb_deliveries", "Frames that fan-outs put into outboxes", delivered)
        yield gaps
        yield GaugeMetricFamily("dweb_wal_bytes", "SQLite's -wal file; the same for all workers", wal.size())
        yield CounterMetricFamily("dweb_redis_rejected", "What Redis held from others", live.seal.rejected)
        yield _histogram("dweb_commit_seconds", "From a message's draft to stored and published", committer.durations)


class _Families(Collector):
    """A registry of these families."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _histogram(name: str, documentation: str, durations: Durations) -> Metric:
    bounds = [*map(floatToGoString, BOUNDS), "+Inf"]
    buckets = list(zip(bounds, accumulate(durations.counts.copy()), strict=True))
    return HistogramMetricFamily(name, documentation, buckets=buckets, sum_value=durations.seconds)
