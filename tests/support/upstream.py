"""An app server that keeps what it is asked: shows what a proxy passes on. Knows nothing of the chat."""

import threading
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PAGE = b"<p>the same again</p>\n" * 200


@dataclass
class Asked:
    method: str
    path: str
    headers: Message
    body: bytes
    port: int  # of the proxy's end of the connection


class Upstream:
    """Answers with PAGE, or, when it is not `willing`, breaks the connection once it has read the request.

    `begun` has the path of each request as soon as its head is there, `asked` the whole of it. The server's threads
    append to both, the test reads them.
    """

    def __init__(self, willing: bool = True) -> None:
        self.begun: list[str] = []
        self.asked: list[Asked] = []
        begun, asked = self.begun, self.asked

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # head and body are two writes; the second would wait 40 ms

            def do_GET(self) -> None:
                begun.append(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                asked.append(Asked(self.command, self.path, self.headers, body, self.client_address[1]))
                if not willing:
                    self.close_connection = True
                    return
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(PAGE)))
                self.end_headers()
                self.wfile.write(PAGE)

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
