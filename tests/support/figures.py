"""What /metrics says, read as Prometheus reads it."""

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample


class Figures:
    """One answer. Raises ValueError for what is not the format."""

    def __init__(self, answer: bytes) -> None:
        self.families = list(text_string_to_metric_families(answer.decode()))
        self.samples: list[Sample] = [sample for family in self.families for sample in family.samples]

    def sum(self, name: str, **labels: str) -> float:
        """Of all samples of this name that have these labels; there must be one."""
        found = [each.value for each in self.samples if each.name == name and labels.items() <= each.labels.items()]
        assert found, f"no {name} {labels}"
        return sum(found)

    def workers(self) -> dict[str, float]:
        """The start times of the processes, by their numbers."""
        starts = [each for each in self.samples if each.name == "process_start_time_seconds"]
        return {each.labels["worker"]: each.value for each in starts}
