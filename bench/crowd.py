"""A crowd: clients in several processes of the load client, which wait for the same messages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from .load import Load, Round

MOST = 19_000  # sockets of a process: it may open 20,000 files where the hard limit is that low


def pieces(clients: int) -> list[int]:
    """Divides clients among as few processes as can hold them."""
    count = -(-clients // MOST)
    return [clients // count + (number < clients % count) for number in range(count)]


@dataclass
class Crowd:
    """In a round one process sends; the figures are those of all clients together."""

    loads: Sequence[Load]

    def __post_init__(self) -> None:
        self._accepted = [0] * len(self.loads)

    def round(self, sender: int = 0, server_cpu: Callable[[], float] = lambda: 0.0, **numbers: float) -> Round:
        said = self.loads[sender].round(server_cpu, others=self._elsewhere(sender), **numbers)
        self._accepted[sender] = said.accepted_ever
        heard = [load.listen(self._elsewhere(number)) for number, load in enumerate(self.loads) if number != sender]
        return join(said, heard)

    def _elsewhere(self, number: int) -> int:
        """Returns how many messages other processes have sent so far."""
        return sum(self._accepted) - self._accepted[number]


def join(said: Round, heard: Sequence[Round]) -> Round:
    """Adds what clients in other processes have got to the figures of the process that sent."""
    every = [said, *heard]
    sums = {
        name: sum(getattr(each, name) for each in every)
        for name in ("missing", "extra", "closed", "accepted_ever", "delivered_ever")
    }
    return replace(said, delays=[pair for each in every for pair in each.delays], **sums)
