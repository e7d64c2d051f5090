"""GET /healthz: 200 when the server can serve, 503 when it cannot."""

from django.db import OperationalError, connection

from ..support.cases import ViewTestCase


class Healthz(ViewTestCase):
    def test_it_is_well(self) -> None:
        response = self.client.get("/healthz")
        self.assertEqual((response.status_code, response.json()), (200, {"msg": "success"}))
        self.assertIn("no-store", response["Cache-Control"])
        self.assertFalse(response.cookies)

    def test_without_a_database_it_is_not(self) -> None:
        def fail(*call: object) -> None:
            raise OperationalError("gone away")

        with connection.execute_wrapper(fail):
            response = self.client.get("/healthz")
        self.assert_error(response, 503, "unavailable")
        self.assertEqual(response["Retry-After"], "2")
        self.assertEqual(self.client.get("/healthz").status_code, 200)

    def test_a_proxy_may_ask_without_tls(self) -> None:
        with self.settings(SECURE_SSL_REDIRECT=True):
            self.assertEqual(self.client_class().get("/healthz").status_code, 200)
            self.assertEqual(self.client_class().get("/").status_code, 301)

    def test_it_only_answers(self) -> None:
        for method in ("post", "put", "delete"):
            with self.subTest(method=method):
                self.assertEqual(getattr(self.client, method)("/healthz").status_code, 405)
