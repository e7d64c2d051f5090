"""What operators see, in Prometheus' text format: read where it is counted, when somebody asks. Counts nothing itself.

Each worker answers for itself, with its number as the label `worker`; the one that is asked adds what the others say.
"""

from collections.abc import Iterable, Iterator
from itertools import accumulate, chain
from pathlib import Path

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from .. import runtime
from .counters import BOUNDS, REGISTRY, Durations
from .workers import Place

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
ALONE = "1"  # the number of a server's only process

_place: Place | None = None  # set once, before the worker serves


class LiveCollector(Collector):
    """Who is online here and what they are sent. Takes the hub's lock to copy the list of connections only."""

    def collect(self) -> Iterator[Metric]:
        live = runtime.get()
        clients = live.hub.connections()
        users = {client.user_id for client in clients}
        waiting = sum(client.waiting for client in clients)
        gaps = CounterMetricFamily("dweb_log_reads", "Reads of the log while delivering", None, ["why"])
        gaps.add_metric(["gap"], live.hub.delivery.gaps)
        committer, delivered = live.committer, live.writer.delivered
        yield GaugeMetricFamily("dweb_connections", "Sockets that are open", len(clients))
        yield GaugeMetricFamily("dweb_users", "People with a socket on this worker", len(users))
        yield GaugeMetricFamily("dweb_outbox_bytes", "What waits to be written to all sockets", waiting)
        yield CounterMetricFamily("dweb_messages", "Events that this worker stored", committer.stored)
        yield CounterMetricFamily("dweb_deliveries", "Frames that fan-outs put into outboxes", delivered)
        yield gaps
        yield _histogram("dweb_commit_seconds", "From a message's draft to stored and rung", committer.durations)


REGISTRY.register(LiveCollector())
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)


class _Families(Collector):
    """As a registry with just these."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def join(folder: Path) -> None:
    """Be one of several workers, which meet in this folder. Called once in a worker's life."""
    global _place
    _place = Place(folder)
    _place.open(lambda: generate_latest(_Families(_own())))


def page() -> bytes:
    """All workers' samples, each metric's together, as the format wants it."""
    others = _place.ask_others() if _place is not None else []
    families: dict[str, Metric] = {}
    for family in chain(_own(), *(text_string_to_metric_families(text.decode()) for text in others)):
        if family.name in families:
            families[family.name].samples.extend(family.samples)
        else:
            families[family.name] = family
    return generate_latest(_Families(families.values()))


def _own() -> Iterator[Metric]:
    """This worker's metrics, with its label. Copies: some collectors give out the same ones again and again."""
    worker = {"worker": ALONE if _place is None else _place.name}
    for family in REGISTRY.collect():
        labelled = Metric(family.name, family.documentation, family.type, family.unit)
        labelled.samples = [sample._replace(labels=sample.labels | worker) for sample in family.samples]
        yield labelled


def _histogram(name: str, documentation: str, durations: Durations) -> Metric:
    bounds = [*map(floatToGoString, BOUNDS), "+Inf"]
    buckets = list(zip(bounds, accumulate(durations.counts.copy()), strict=True))
    return HistogramMetricFamily(name, documentation, buckets=buckets, sum_value=durations.seconds)
