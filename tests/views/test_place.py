"""The name of the place: in the pages' titles, and on the pages for those who are not in yet."""

import re

from Dweb.models import Place

from ..support.cases import ViewTestCase
from ..support.fakes import sign_in

NAME = "<b>Harbour</b> 港"
ESCAPED = "&lt;b&gt;Harbour&lt;/b&gt; 港"


def title(page: str) -> str:
    [found] = re.findall(r"<title>(.*)</title>", page)
    return str(found)


class Name(ViewTestCase):
    def test_each_page_has_it_in_its_title(self) -> None:
        Place.objects.create(pk=1, name=NAME)
        alice = sign_in(self.alice)
        for browser, path in (
            (self.client, "/"),
            (self.client, "/register/"),
            (alice, "/news_chat/"),
            (alice, "/password_change/"),
        ):
            with self.subTest(path=path):
                page = browser.get(path).content.decode()
                self.assertTrue(title(page).endswith(ESCAPED), title(page))
                self.assertNotIn(NAME, page)
                self.assertEqual(f"<bdi>{ESCAPED}</bdi>" in page, path != "/password_change/")

    def test_without_one_the_program_has_its_own(self) -> None:
        for path in ("/", "/register/"):
            page = self.client.get(path).content.decode()
            self.assertTrue(title(page).endswith(" · Dweb"))
            self.assertNotIn('class="place"', page)

    def test_a_page_for_an_error_asks_for_none(self) -> None:
        """It may be the database that fails."""
        with self.assertNumQueries(0):
            self.assertEqual(self.client.get("/nothing").status_code, 404)
