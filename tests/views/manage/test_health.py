"""/manage/health/: what admins see of the server, and what they do not."""

from django.conf import settings

from ...support.cases import ViewTestCase
from ...support.fakes import make_user, sign_in


class Seen(ViewTestCase):
    def test_it_has_figures_and_no_secrets(self) -> None:
        admin = sign_in(make_user("root", is_staff=True, is_superuser=True))
        self.connected(self.alice)
        with self.settings(REDIS_URL="redis://default:hunter2@127.0.0.1:6379/0"):
            page = admin.get("/manage/health/").content.decode()
        for words in (
            settings.VERSION,
            "Django",
            "1 person",
            "1 connection",
            "All is well",
            "free",
        ):
            self.assertIn(words, page)
        for secret in ("hunter2", "6379", settings.SECRET_KEY, str(settings.VAR_DIR)):
            self.assertNotIn(secret, page)

    def test_what_is_wrong_is_said(self) -> None:
        admin = sign_in(make_user("root", is_staff=True, is_superuser=True))
        self.live.bus.healthy = False
        with self.settings(REDIS_URL="redis://127.0.0.1:6379/0"):
            page = admin.get("/manage/health/").content.decode()
        self.assertIn("Something is wrong", page)
        self.assertIn("away, or full", page)
