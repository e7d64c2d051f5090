"""An account on the server under test: registers, posts and connects as a browser does."""

import http.client
import json
import re
import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from websockets.sync.client import ClientConnection, connect

TIMEOUT_SECONDS = 10
REGISTER_SECONDS = 60  # many accounts are made at once, and hashing their passwords keeps a busy machine busy
CSRF_COOKIES = ("__Host-csrftoken", "csrftoken")  # of a server with HTTPS, and of one without


class NoAnswerError(Exception):
    """The server did not answer, or its answer was an error; the request may be sent again."""


class Person:
    """One account and its session, at one of several servers of one chat. Used by one thread at a time."""

    def __init__(self, urls: Sequence[str], number: int) -> None:
        self._urls = [urlsplit(url) for url in urls]
        self.at = number % len(urls)  # the index of the server
        self._cookies: dict[str, str] = {}
        self._http: http.client.HTTPConnection | None = None
        self._timeout = REGISTER_SECONDS
        account = f"soak-{secrets.token_hex(6)}"
        self._ask("GET", "/register/")
        fields = {"account": account, "username": f"Soak {number}", "password": secrets.token_urlsafe(12)}
        status, body = self._ask("POST", "/register/", fields)
        if status == 403:
            raise NoAnswerError(
                f"registering {account} was refused: the server is not set up, or registration is closed"
            )
        if status != 302:
            reasons = re.findall(rb'class="error"[^>]*>([^<]+)', body)
            raise NoAnswerError(f"registering {account} was answered with {status}: {b' '.join(reasons).decode()}")
        self.close()
        self._timeout = TIMEOUT_SECONDS

    @property
    def _url(self) -> SplitResult:
        return self._urls[self.at]

    def move(self) -> None:
        """Switches to the next server, as a proxy does when a server is gone."""
        self.close()
        self.at = (self.at + 1) % len(self._urls)

    def join(self, room: str) -> None:
        status, _ = self._ask("GET", f"/news_chat/?group_id={room}")
        if status != 200:
            raise NoAnswerError(f"opening the room {room} was answered with {status}")

    @property
    def url(self) -> str:
        return self._url.geturl()

    def make_token(self) -> str:
        """Makes a token, with which a program acts for this account."""
        return str(self._told("/tokens/", {"name": "soak"})["token"])

    def make_private_room(self, title: str) -> str:
        """Makes a private room. Returns its name."""
        return str(self._told("/rooms/", {"title": title, "kind": "private"})["room"])

    def invite(self, room: str, uses: int) -> str:
        """Makes an invitation. Returns its path, which is the same at every server."""
        return f"/join/{self._told('/invites/', {'rooms': room, 'uses': uses})['code']}/"

    def take(self, path: str) -> None:
        """Takes an invitation."""
        status, _ = self._ask("POST", path)
        if status != 302:
            raise NoAnswerError(f"an invitation was answered with {status}")

    def _told(self, path: str, fields: dict[str, Any]) -> dict[str, Any]:
        status, body = self._ask("POST", path, fields)
        if status != 200:
            raise NoAnswerError(f"{path} was answered with {status}")
        told: dict[str, Any] = json.loads(body)
        return told

    def post(self, room: str, text: str, cid: str, file_id: str = "") -> int:
        """Sends a message over /msg_send/ and returns its number. Raises NoAnswerError."""
        fields = {"type": "1", "room": room, "txt": text, "cid": cid, "files": file_id}
        return int(self._told("/msg_send/", fields)["seq"])

    def upload(self, data: bytes) -> str:
        """Sends a file and returns its id. Raises NoAnswerError."""
        boundary = secrets.token_hex(16)
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="soak.bin"\r\n\r\n'
        body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
        status, answer = self._request("POST", "/files/", body, f"multipart/form-data; boundary={boundary}")
        if status != 200:
            raise NoAnswerError(f"/files/ was answered with {status}")
        return str(json.loads(answer)["id"])

    def download(self, file_id: str) -> bytes:
        """The bytes of a file; none if there is no such file. Raises NoAnswerError."""
        status, body = self._ask("GET", f"/files/{file_id}/soak.bin")
        return body if status == 200 else b""

    def connect(self) -> ClientConnection:
        """Opens a WebSocket. Raises OSError or websockets' exceptions."""
        scheme = {"http": "ws", "https": "wss"}[self._url.scheme]
        return connect(
            f"{scheme}://{self._url.netloc}/chat/",
            additional_headers=self._headers(),
            compression=None,
            ping_interval=None,
            open_timeout=TIMEOUT_SECONDS,
            close_timeout=1,
            max_size=None,
            legacy=True,
        )

    def close(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}

    def _ask(self, method: str, path: str, fields: dict[str, Any] | None = None) -> tuple[int, bytes]:
        body = urlencode(fields).encode() if fields else None
        return self._request(method, path, body, "application/x-www-form-urlencoded")

    def _request(self, method: str, path: str, sent: bytes | None, kind: str) -> tuple[int, bytes]:
        headers = self._headers() | {"Content-Type": kind}
        headers["X-CSRFToken"] = next((self._cookies[name] for name in CSRF_COOKIES if name in self._cookies), "")
        headers["Referer"] = self._url.geturl()  # Django asks for it over https
        if self._http is None:
            is_https = self._url.scheme == "https"
            connection = http.client.HTTPSConnection if is_https else http.client.HTTPConnection
            self._http = connection(self._url.hostname or "", self._url.port, timeout=self._timeout)
        try:
            self._http.request(method, path, sent, headers)
            response = self._http.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise NoAnswerError(str(error)) from None
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return response.status, body
