"""Describes the machine of a measurement: the processor, the system, and the versions of all programs."""

import os
import platform
import re
import shutil
import subprocess
import time
from importlib.metadata import version
from pathlib import Path

from .peer import WS_VERSION

PACKAGES = ("Django", "channels", "channels-redis", "uvicorn", "daphne", "websockets", "uvloop")


def describe() -> str:
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    parts = [
        time.strftime("%Y-%m-%d"),
        f"{os.cpu_count()} cores of {found[1] if found else platform.machine()}",
        f"Linux {platform.release().split('-')[0]}",
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in PACKAGES),
    ]
    if node := _first_line("node", "--version"):
        parts.append(f"Node {node.lstrip('v')} with ws {WS_VERSION}")
    if found := re.search(r"v=(\S+)", _first_line("redis-server", "--version")):
        parts.append(f"Redis {found[1]}")
    return ", ".join(parts)


def _first_line(program: str, argument: str) -> str:
    if not shutil.which(program):
        return ""
    done = subprocess.run([program, argument], capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.strip().split("\n")[0]
