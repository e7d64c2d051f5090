"""A socket's language, on a whole server."""

import json

import pytest

from ..support.server import Server, Visitor, receive

CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}


@pytest.mark.once
def test_a_socket_speaks_the_language_of_its_handshake_to_its_end(server: Server, two: tuple[Visitor, Visitor]) -> None:
    """Even when others are served in another language between its frames."""
    sockets = [person.connect(headers=headers) for person, headers in zip(two, (CHINESE, {}), strict=True)]
    for _ in range(3):
        details = []
        for socket in sockets:
            for frame in ("[]", json.dumps({"type": "nothing"})):
                socket.send(frame)
                details.append(receive(socket, "error")["detail"])
        assert details == [
            "帧必须是带有 type 的 JSON 对象。",
            "没有这种类型的帧。",
            "A frame is a JSON object with a type.",
            "There is no frame of this type.",
        ]
        assert server.get("/history/", CHINESE).json()["detail"] == "请先登录。"
        assert server.get("/history/").json()["detail"] == "Sign in first."
