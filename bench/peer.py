"""The peers' servers: the command that starts each, and its options for the load client."""

import shutil
import subprocess
import sys
from pathlib import Path

from .load import BUILD
from .server import Server
from .wire import CHANNELS, RAW

PEERS = Path(__file__).resolve().parent / "peers"
BIN = Path(sys.executable).parent
NODE = BUILD / "node"
WS_VERSION = "8.23.0"

APPLICATION = "bench.peers.channels_chat:application"
UVICORN = [str(BIN / "uvicorn"), APPLICATION, "--host", "127.0.0.1", "--port", "{port}", "--log-level", "warning",
           "--no-access-log", "--backlog", "4096"]  # fmt: skip
DAPHNE = [str(BIN / "daphne"), "--bind", "127.0.0.1", "--port", "{port}", "--verbosity", "0", APPLICATION]


def channels_uvicorn() -> Server:
    return Server("Channels, uvicorn", UVICORN, CHANNELS, LAYER="memory")


def channels_daphne() -> Server:
    return Server("Channels, daphne", DAPHNE, CHANNELS, LAYER="memory")


def channels_redis(redis_port: int) -> Server:
    return Server("Channels, uvicorn, Redis", UVICORN, CHANNELS, LAYER=str(redis_port))


def websockets() -> Server:
    return Server("websockets broadcast()", [sys.executable, str(PEERS / "broadcast.py"), "{port}"], RAW)


def floor() -> Server:
    return Server("floor: one send() each", [sys.executable, str(PEERS / "floor.py"), "{port}"], RAW)


def node_ws() -> Server | None:
    """Installs ws if it is missing; None without Node."""
    if not (shutil.which("node") and shutil.which("npm")):
        return None
    if not (NODE / "node_modules" / "ws").exists():
        NODE.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--silent", "--prefix", str(NODE), f"ws@{WS_VERSION}"]
        subprocess.run(command, check=True)  # noqa: S603
    modules = str(NODE / "node_modules")
    return Server("Node ws", ["node", str(PEERS / "broadcast.js"), "{port}"], RAW, NODE_PATH=modules)


def redis() -> Server | None:
    """Returns a Redis server that stores nothing on disk; None if Redis is not installed."""
    if not shutil.which("redis-server"):
        return None
    command = ["redis-server", "--port", "{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    return Server("Redis", command, {})
