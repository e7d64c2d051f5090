"""The server's end of a WebSocket after its handshake, without I/O: websockets' protocol, with less in memory."""

import logging
from typing import Any

from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN, SERVER
from websockets.protocol import Protocol as WebsocketsProtocol

logger = logging.getLogger("websockets.server")


class Protocol(WebsocketsProtocol):
    """Between two frames it has no parser: the library's, which are generators that wait, take 700 bytes."""

    # The library's own attributes, and two more: a dict would take more memory.
    __slots__ = (
        "_between", "_state", "close_rcvd", "close_rcvd_then_sent", "close_sent", "current_size", "debug", "eof_sent",
        "events", "expect_continuation_frame", "extensions", "handshake_exc", "id", "logger", "max_fragment_size",
        "max_message_size", "origin", "parser", "parser_exc", "reader", "side", "subprotocol", "writes",
    )  # fmt: skip
    parser: Any

    def __init__(self, max_size: int) -> None:
        super().__init__(SERVER, state=OPEN, max_size=max_size, logger=logger)
        del self.id  # which only tells connections apart in that library's log
        self._between = True  # the last frame was the last of the bytes that have come
        self._drop_parser()

    def receive_data(self, data: bytes | bytearray) -> None:
        self._make_parser()
        super().receive_data(data)
        self._drop_parser()

    def receive_eof(self) -> None:
        self._make_parser()
        super().receive_eof()

    def recv_frame(self, frame: Frame) -> None:
        """A close frame may come between the fragments of a message (RFC 6455 section 5.4); the message is void then.

        The library takes it for a fault, and answers 1002.
        """
        if frame.opcode is Opcode.CLOSE:
            self.current_size = None
        self._between = not self.reader.buffer
        super().recv_frame(frame)

    def _make_parser(self) -> None:
        if self.parser is None:
            self.parser = self.parse()
            next(self.parser)
            self._between = False

    def _drop_parser(self) -> None:
        if self._between and self.state is OPEN:  # else the parser discards what comes
            self.parser = None
