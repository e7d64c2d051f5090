"""`scripts/serve --host 0.0.0.0` on a LAN of the test's own: the address it prints works for others, in full."""

import os
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator

import pytest

from ..support.server import ROOT, Server

ADDRESS = "10.83.0.1"
OUTWARD = "10.84.0.1"  # of the interface with the default route

# What a browser on the LAN does, with its Origin: set the place up, open the socket, say something, read it.
CLIENT = """
import json, sys, urllib.error, urllib.parse, urllib.request
from http.cookiejar import CookieJar
from websockets.sync.client import connect
base = sys.argv[1].rstrip("/")
jar = CookieJar()
browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
def post(path, **fields):
    token = next(cookie.value for cookie in jar if cookie.name == "csrftoken")
    headers = {"X-CSRFToken": token, "Origin": base}
    return browser.open(urllib.request.Request(base + path, urllib.parse.urlencode(fields).encode(), headers)).read()
browser.open(base + sys.argv[2]).read()
post(sys.argv[2], place="LAN", account="lan", username="Lan", password="correct horse 9")
cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
with connect(base.replace("http", "ws") + "/chat/", origin=base, additional_headers={"Cookie": cookies}) as socket:
    socket.send("test")
    assert json.loads(socket.recv())["username"] == "Lan"
    post("/msg_send/", type="1", txt="over the LAN")
    while (frame := json.loads(socket.recv(timeout=10)))["type"] != 1:
        pass
    print(frame["data"]["msg"])
try:
    urllib.request.urlopen(urllib.request.Request(base, headers={"Host": "evil.example"}))
except urllib.error.HTTPError as error:
    assert error.code == 400
    error.close()
"""


@pytest.fixture
def lan() -> Iterator[list[str]]:
    """The command that runs another one in a network namespace with an address of its own."""
    if os.geteuid() or not shutil.which("ip"):
        pytest.skip("a network namespace needs root and iproute2")
    name = f"dweb-{uuid.uuid4().hex[:8]}"
    inside = ["ip", "netns", "exec", name]
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        subprocess.run([*inside, "ip", "link", "set", "lo", "up"], check=True)
        subprocess.run([*inside, "ip", "link", "add", "lan0", "type", "veth", "peer", "name", "lan1"], check=True)
        subprocess.run([*inside, "ip", "address", "add", f"{ADDRESS}/24", "dev", "lan0"], check=True)
        subprocess.run([*inside, "ip", "address", "add", f"{OUTWARD}/24", "dev", "lan1"], check=True)
        for end in ("lan0", "lan1"):
            subprocess.run([*inside, "ip", "link", "set", end, "up"], check=True)
        subprocess.run([*inside, "ip", "route", "add", "default", "dev", "lan1"], check=True)
        yield inside
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)


@pytest.mark.once
def test_the_printed_address_works_for_others(lan: list[str], make_server: Callable[..., Server]) -> None:
    server = make_server(start=False, ALLOWED_HOSTS="")  # a blank one counts as not set
    with server.log_path.open("ab") as log:
        command = [*lan, "scripts/serve", "--host", "0.0.0.0", "--port", str(server.port)]
        server.process = subprocess.Popen(
            command, cwd=ROOT, env=server.env, stdout=log, stderr=log, start_new_session=True
        )
    server.wait(lambda: f"Set up your place at http://{ADDRESS}" in server.log())
    assert re.findall(r"The chat is at http://(\S+):\d+/", server.log()) == ["127.0.0.1", OUTWARD, ADDRESS]
    [(url, path)] = re.findall(rf"Set up your place at (http://{re.escape(ADDRESS)}:\d+)(/setup/\w+/)\n", server.log())
    client = subprocess.run([*lan, sys.executable, "-c", CLIENT, url, path], capture_output=True, text=True, timeout=60)
    assert client.stdout.strip() == "over the LAN", client.stderr + server.log()


@pytest.mark.once
@pytest.mark.service
def test_an_address_of_another_machine_is_one_clear_sentence() -> None:
    command = ["scripts/serve", "--host", "192.0.2.1"]  # RFC 5737: nobody's address
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode != 0
    assert done.stderr.strip().endswith("Choose another with --host.")


@pytest.mark.once
def test_a_port_in_use_is_one_clear_sentence(server: Server) -> None:
    second = subprocess.run(
        ["scripts/serve", "--port", str(server.port)], cwd=ROOT, env=server.env, capture_output=True, text=True
    )
    assert second.returncode != 0
    assert "Choose another with --port" in second.stderr
    assert "Traceback" not in second.stderr
    assert len(second.stderr.strip().splitlines()) == 1


@pytest.mark.service
def test_too_old_a_python_is_one_clear_sentence(tmp_path: object) -> None:
    """In a copy without .venv, with a python that says it is old."""
    folder = str(tmp_path)
    shutil.copytree(ROOT / "scripts", f"{folder}/scripts")
    tools = f"{folder}/bin"
    os.mkdir(tools)
    for tool in ("sh", "dirname", "cat", "rm"):
        os.symlink(str(shutil.which(tool)), f"{tools}/{tool}")
    with open(f"{tools}/python3", "w") as script:
        script.write('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.8.1 && exit\nexit 1\n')
    os.chmod(f"{tools}/python3", 0o755)
    done = subprocess.run(["scripts/serve"], cwd=folder, env={"PATH": tools}, capture_output=True, text=True)
    assert done.returncode != 0
    assert done.stderr.strip() == "Python 3.11 or newer is needed; found: Python 3.8.1. Name another with PYTHON=…"
