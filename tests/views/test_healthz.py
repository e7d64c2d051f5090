"""GET /healthz: 200 when the server can serve, 503 when it cannot."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client as Browser


def test_it_is_well(db: None) -> None:
    response = Browser().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"msg": "success"})
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


def test_without_a_database_it_is_not(db: None) -> None:
    def fail(*call: object) -> None:
        raise OperationalError("gone away")

    with connection.execute_wrapper(fail):
        response = Browser().get("/healthz")
    assert (response.status_code, response.json()["error"], response["Retry-After"]) == (503, "unavailable", "2")
    assert Browser().get("/healthz").status_code == 200


def test_a_proxy_may_ask_without_tls(db: None, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Browser().get("/healthz").status_code == 200
    assert Browser().get("/").status_code == 301


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_only_answers(db: None, method: str) -> None:
    assert getattr(Browser(), method)("/healthz").status_code == 405
