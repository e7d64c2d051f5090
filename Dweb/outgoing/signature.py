"""The signature of what is sent: that of Standard Webhooks (standardwebhooks.com), for which there are libraries."""

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers(secret: str, key: str, time: int, body: bytes) -> dict[str, str]:
    """The headers of a request: its id, the time in seconds since 1970, and the HMAC of both and of the body."""
    signed = f"{key}.{time}.".encode() + body
    digest = hmac.digest(base64.b64decode(secret.removeprefix(PREFIX)), signed, hashlib.sha256)
    signature = base64.b64encode(digest).decode()
    return {"webhook-id": key, "webhook-timestamp": str(time), "webhook-signature": f"v1,{signature}"}
