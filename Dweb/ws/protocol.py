"""The server's end of a WebSocket after its handshake, without I/O: websockets' protocol, with less in memory."""

import logging

from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN, SERVER
from websockets.protocol import Protocol as WebsocketsProtocol

logger = logging.getLogger("websockets.server")


class Protocol(WebsocketsProtocol):
    def __init__(self, max_size: int) -> None:
        super().__init__(SERVER, state=OPEN, max_size=max_size, logger=logger)
        del self.id  # which only tells connections apart in that library's log

    def recv_frame(self, frame: Frame) -> None:
        """A close frame may come between the fragments of a message (RFC 6455 section 5.4); the message is void then.

        The library takes it for a fault, and answers 1002.
        """
        if frame.opcode is Opcode.CLOSE:
            self.current_size = None
        super().recv_frame(frame)
