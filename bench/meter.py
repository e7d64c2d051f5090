"""Measures how servers, and the kernel with them, grow."""

import re
from pathlib import Path

import psutil

from .server import Server


class Meter:
    """Measures the growth of `servers` since it was made."""

    def __init__(self, *servers: Server) -> None:
        self._servers = servers
        self._rss, self._stacks, self._free = self.rss, _kernel_stacks(), psutil.virtual_memory().available

    @property
    def rss(self) -> int:
        """The resident memory of all serving processes, in bytes."""
        return sum(server.rss for server in self._servers)

    @property
    def of_the_machine(self) -> int:
        """The bytes that the whole machine uses more: the servers, the kernel, the load client."""
        return self._free - psutil.virtual_memory().available

    def each(self, clients: int) -> tuple[float, float, int]:
        """Returns KB of memory and of kernel stacks for each client, and the largest number of threads of a server."""
        sizes = (self.rss - self._rss) / 1024 / clients, (_kernel_stacks() - self._stacks) / clients
        return *sizes, max(server.worker.num_threads() for server in self._servers)


def _kernel_stacks() -> int:
    """Returns the kernel's stacks of the whole machine, in KB."""
    found = re.search(r"^KernelStack:\s+(\d+) kB$", Path("/proc/meminfo").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1])
