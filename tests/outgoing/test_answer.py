"""The text of an answer, and the signature of what is sent."""

import base64
import hashlib
import hmac

import pytest

from Dweb.outgoing.answer import Text, text_of
from Dweb.outgoing.request import Answer
from Dweb.outgoing.signature import headers, new_secret

pytestmark = pytest.mark.once

MOST = 20
JSON, PLAIN = "application/json", "text/plain"


@pytest.mark.parametrize(
    ("type", "body", "text"),
    [
        (JSON, b'{"text":"yes"}', "yes"),
        (JSON, '{"text":" 好的\\n","other":[1]}'.encode(), "好的"),
        (JSON, b"{}", ""),
        (JSON, b"null", ""),
        (JSON, b'{"text":null}', ""),
        (JSON, b'{"ok":true}', ""),
        (PLAIN, b" yes \n", "yes"),
        (PLAIN, b"a\0b", "ab"),
        (PLAIN, b" \n ", ""),
        (PLAIN, b"", ""),
        (PLAIN, b"x" * MOST, "x" * MOST),
    ],
)
def test_the_text_of_an_answer(type: str, body: bytes, text: str) -> None:
    assert text_of(Answer(200, type, body), MOST) == Text(text)


@pytest.mark.parametrize(
    ("type", "body"),
    [(JSON, b"yes"), (JSON, b"[1]"), (JSON, b'{"text":1}'), (JSON, b'{"text":["a"]}'), (JSON, b"[" * 100_000),
     (JSON, b'{"text":"\\ud800"}'), (JSON, b"\xff"), (PLAIN, b"\xff\xfe"), (JSON, b"7" * 50_000)],
)  # fmt: skip
def test_no_text(type: str, body: bytes) -> None:
    assert text_of(Answer(200, type, body), MOST) == Text(fault="textless")


def test_a_longer_one_is_cut_and_a_fault_stays_one() -> None:
    assert text_of(Answer(200, PLAIN, b"x" * (MOST + 1)), MOST) == Text("x" * (MOST - 1) + "…", "cut 20")
    assert text_of(Answer(200, fault="long 10"), MOST) == Text(fault="long 10")


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The example of its specification, as its libraries test it."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    sent = headers(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert sent == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_secrets_differ_and_time_and_body_are_signed() -> None:
    one, other = new_secret(), new_secret()
    assert one != other
    first = headers(one, "id", 1, b"{}")["webhook-signature"]
    key = base64.b64decode(one.removeprefix("whsec_"))
    assert first == "v1," + base64.b64encode(hmac.digest(key, b"id.1.{}", hashlib.sha256)).decode()
    others = [headers(other, "id", 1, b"{}"), headers(one, "id", 2, b"{}"), headers(one, "id", 1, b"[]")]
    assert first not in [each["webhook-signature"] for each in others]
