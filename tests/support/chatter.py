"""Somebody who writes to the lobby at a steady rate: python -m tests.support.chatter PORT SESSION RATE.

A process of its own, so that a busy test does not slow it down. Writes until its standard input ends, then
prints the last number and the seconds that it wrote for. Late messages are made up for.
"""

import http.client
import select
import subprocess
import sys
import time
from urllib.parse import urlencode

from .server import CSRF, ROOT, Visitor


class Chatter:
    """The process, for the tests."""

    def __init__(self, person: Visitor, rate: float) -> None:
        command = [sys.executable, "-m", "tests.support.chatter", str(person.server.port), person.session, str(rate)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def stop(self) -> tuple[int, float]:
        """The last message's number, and the messages a second that were reached."""
        output, _ = self._process.communicate(timeout=60)
        head, rate = output.split()
        return int(head), float(rate)


def write(port: int, session: str, rate: float) -> tuple[int, float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {
        "Cookie": f"sessionid={session}; csrftoken={CSRF}",
        "X-CSRFToken": CSRF,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    began = time.monotonic()
    sent = head = 0
    while True:
        pause = max(0.0, began + sent / rate - time.monotonic())
        if select.select([sys.stdin], [], [], pause)[0]:
            return head, sent / (time.monotonic() - began)
        fields = {"type": "1", "txt": f"{time.monotonic()}"}
        connection.request("POST", "/msg_send/", urlencode(fields), headers)
        response = connection.getresponse()
        body = response.read().decode()
        assert response.status == 200, body
        head = int(body.split('"seq": ')[1].split(",")[0])
        sent += 1


if __name__ == "__main__":
    print(*write(int(sys.argv[1]), sys.argv[2], float(sys.argv[3])))
