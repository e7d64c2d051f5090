"""GET /api/: the document for programs, a page for browsers; for everyone, and without the database."""

import json
import re

from django.test import Client as Browser

from Dweb.views.document import document

from ..support.cases import ViewTestCase
from ..support.fakes import make_user, sign_in

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}  # of browsers


class Reference(ViewTestCase):
    def test_programs_get_the_document(self) -> None:
        for accept in ("*/*", "application/json", "application/json, text/html;q=0.5", "image/png", ""):
            with self.subTest(accept=accept):
                answer = self.client.get("/api/", headers={"Accept": accept})
                self.assertEqual((answer.status_code, answer["Content-Type"]), (200, "application/json"))
                self.assertEqual(answer.json(), json.loads(json.dumps(document())))
        self.assertEqual(self.client.get("/api/").json()["openapi"], "3.1.0")

    def test_browsers_get_a_page_with_every_operation(self) -> None:
        page = self.client.get("/api/", headers=HTML)
        self.assertEqual((page.status_code, page["Content-Type"]), (200, "text/html; charset=utf-8"))
        shown = page.content.decode()
        for path, methods in document()["paths"].items():
            for operation in methods.values():
                self.assertIn(f'<section id="{operation["operationId"]}"', shown, path)
        for words in (
            "CHAT=http://testserver",
            "-d type=1 -d room=lobby -d txt=hello &quot;$CHAT/msg_send/&quot;",
            "A token needs the scope <code>write</code>.",
            "<code>no_space</code>",
        ):
            self.assertIn(words, shown)
        self.assertEqual(re.findall(r"{[%{]|None|&lt;code", shown), [])
        self.assertIn("Accept", page["Vary"])

    def test_it_asks_no_database_and_nobody_who_they_are(self) -> None:
        guest = sign_in(make_user("guest", is_guest=True))
        outsiders = (self.client, self.browser, guest, Browser(headers={"Authorization": "Bearer x"}))
        for headers in (HTML, {}):
            answers = []
            for outsider in outsiders:
                with self.assertNumQueries(0):
                    answers.append(outsider.get("/api/", headers=headers))
            bodies = {re.sub('value="[^"]*"', "", answer.content.decode()) for answer in answers}
            self.assertEqual(len(bodies), 1)
            self.assertEqual({answer.status_code for answer in answers}, {200})

    def test_it_is_read_alone(self) -> None:
        self.assertEqual(self.client.head("/api/").status_code, 200)
        for method in ("post", "put", "delete"):
            self.assertEqual(getattr(self.client, method)("/api/").status_code, 405)

    def test_it_is_in_the_language_of_the_person(self) -> None:
        for language in ("en", "zh-CN"):
            page = self.client.get("/api/", headers={**HTML, "Accept-Language": language}).content.decode()
            self.assertIn(f'<html lang="{"en" if language == "en" else "zh-hans"}"', page)
        self.assertEqual(self.client.get("/api/", headers={"Accept-Language": "zh-CN"}).json(), document())
