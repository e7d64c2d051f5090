"""Counters: requests, closed sockets, how long commits take. Knows none of their readers.

prometheus_client's metrics have locks of their own and are for counts of many threads. Durations has none: one thread
adds to it, others may read it at any time.
"""

from bisect import bisect_left

from prometheus_client import CollectorRegistry, Counter, Histogram

from ..live.wire import CloseCode

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds

REASONS = {
    1002: "protocol_error",
    1007: "invalid_data",
    1009: "too_big",
    1011: "silent",
    CloseCode.SERVICE_RESTART: "restart",
    CloseCode.TRY_AGAIN_LATER: "no_database",
    CloseCode.TOO_SLOW: "too_slow",
    CloseCode.SIGNED_OUT: "signed_out",
    CloseCode.ACCOUNT_CLOSED: "account_closed",
    CloseCode.TOO_MANY_SOCKETS: "too_many_sockets",
}


class Durations:
    """A histogram for one thread: `counts` by BOUNDS, the last one for what is longer, and their sum."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds


class Counters:
    """One process's counts; `registry` has them for /metrics."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._request_seconds = Histogram(
            "dweb_request_seconds",
            "From a request's first middleware to its answer, by the view's name",
            ["view", "status"],
            buckets=BOUNDS,
            registry=self.registry,
        )
        self._evictions = Counter(
            "dweb_evictions", "Sockets that this server began to close", ["reason"], registry=self.registry
        )
        for reason in REASONS.values():  # a reason that never occurred is 0, not absent
            self._evictions.labels(reason)
        self._of_requests: dict[tuple[str, int], Histogram] = {}  # looking a label up costs more than counting

    def count_request(self, view: str, status: int, seconds: float) -> None:
        """`view` is a name in the URLs."""
        durations = self._of_requests.get((view, status))
        if durations is None:
            durations = self._request_seconds.labels(view, f"{status // 100}xx")
            self._of_requests[view, status] = durations
        durations.observe(seconds)

    def count_eviction(self, code: int) -> None:
        self._evictions.labels(REASONS.get(code, str(code))).inc()
