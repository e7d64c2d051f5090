"""What is sent: requests and frames that are nearly right, in bytes, as Hypothesis' strategies."""

import json
from typing import Any
from urllib.parse import urlencode

from hypothesis import strategies as st

PATHS = ["/msg_send/", "/msg_send/", "/history/", "/users/", "/members/", "/search/", "/chat/", "/news_chat/", "/",
         "/register/", "/profile/", "/sessions/", "/handover/", "/handover/x/",
         "/logout/", "/password_change/", "/i18n/setlang/", "/jsi18n/", "/healthz", "/metrics", "/admin/login/",
         "/static/js/main.js", "/static/js/main.000000000000.js", "/nowhere", "//", "/%ff", "*"]  # fmt: skip
FIELDS = ["type", "txt", "room", "userto", "userfrom", "cid", "reply", "last", "epoch", "seq", "of", "q", "limit",
          "before", "after", "group_id", "num", "account", "username", "password", "next", "language",
          "level", "until", "pinned", "end", "id", "answer"]  # fmt: skip
TYPES = ["0", "1", "edit", "delete", "hello", "read", "typing", "ping", "join", "leave", "level", "quiet", "pinned"]
ROOMS = ["lobby", "nowhere", "@1.2", "@2.1", "@1", "@", "x" * 65]
CHARSETS = ["utf-8", "rot13", "base64", "hex", "zlib", "idna", "undefined", "utf-7", "utf-16", "punycode", "\xff"]
CONTENT_TYPES = ["application/x-www-form-urlencoded", "application/json", "text/plain", "multipart/form-data",
                 "multipart/form-data; boundary=x", "multipart/form-data; boundary=" + "x" * 80, "x"]  # fmt: skip
HEADERS = ["Host", "Origin", "Referer", "Cookie", "Accept-Language", "Accept-Encoding", "X-Forwarded-For", "Expect",
           "X-Forwarded-Proto", "X-Request-ID", "Range", "If-Modified-Since", "If-None-Match", "Script-Name",
           "SCRIPT_NAME", "Transfer-Encoding", "Content-Length", "Connection", "Upgrade", "Sec-WebSocket-Key",
           "Sec-WebSocket-Version", "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"]  # fmt: skip

any_text = st.text(st.characters(exclude_categories=()), max_size=40)
odd_values = st.sampled_from([None, True, 0, -1, 1.5, 10**30, "", "\0", "\ud800", "²", "x" * 5_000, [], [1], {"a": 1}])
values = odd_values | any_text | st.integers() | st.sampled_from(ROOMS + TYPES)
frames = st.dictionaries(st.sampled_from(FIELDS), values, max_size=5).flatmap(
    lambda fields: (st.sampled_from(TYPES) | values).map(lambda kind: fields | {"type": kind})
)


def _as_json(frame: dict[str, Any]) -> bytes:
    return json.dumps(frame).encode()


texts = st.one_of(
    frames.map(_as_json),
    st.tuples(frames.map(_as_json), st.integers(0, 200)).map(lambda pair: pair[0][: pair[1]]),
    st.integers(1, 60_000).map(lambda depth: b"[" * depth),
    st.sampled_from([b"NaN", b"1e999", b"9" * 9_999, b'"\\ud800"', b"{}", b"null", b"\xef\xbb\xbf{}"]),
    st.binary(max_size=100),
)

header_values = st.one_of(
    any_text.map(lambda text: text.encode("utf-8", "surrogatepass").decode("latin-1")),
    st.sampled_from(["", "null", "http://[", "bytes=0-1,5-", "chunked", "100-continue", "-1", "9" * 30, ";;;==;"]),
    st.sampled_from(["websocket", "13", "sessionid=%00; csrftoken=", "x" * 4_000, "keep-alive, Upgrade"]),
)


@st.composite
def requests(draw: st.DrawFn, host: str, cookies: str, token: str) -> bytes:
    """A request in bytes: odd fields, odd headers, odd bodies. Most have the session in `cookies`."""
    method = draw(st.sampled_from(["GET", "POST", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "TRACE", "get", "\xff"]))
    pairs = [(key, str(value)) for key, value in draw(frames).items()]
    fields = urlencode(pairs, errors="surrogatepass").encode()
    body = draw(st.just(fields) | st.binary(max_size=300) | st.integers(0, 300_000).map(lambda size: b"x" * size))
    headers = {"Host": host, "Connection": "close"}
    if draw(st.integers(0, 9)):
        headers |= {"Cookie": cookies, "X-CSRFToken": token}
    kind = draw(st.sampled_from(CONTENT_TYPES))
    charset = draw(st.none() | st.sampled_from(CHARSETS))
    headers["Content-Type"] = kind if charset is None else f"{kind}; charset={charset}"
    headers["Content-Length"] = str(len(body) + draw(st.sampled_from([0] * 9 + [-1])))
    headers |= draw(st.dictionaries(st.sampled_from(HEADERS), header_values, max_size=2))
    query = b"?" + fields if draw(st.booleans()) and len(fields) < 3_000 else b""
    head = "".join(f"{key}: {value}\r\n" for key, value in headers.items()).encode("latin-1")
    return (
        f"{method} {draw(st.sampled_from(PATHS))}".encode("latin-1") + query + b" HTTP/1.1\r\n" + head + b"\r\n" + body
    )
