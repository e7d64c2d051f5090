"""Languages: the person's choice, or else their browser's; pages, errors and scripts speak it."""

import gettext
from pathlib import Path
from typing import Any
from unittest import mock

from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators
from django.db import OperationalError, connection
from django.test import Client as Browser
from django.utils import translation

from ..support.cases import ViewTestCase
from ..support.fakes import sign_in

LOCALE = Path(__file__).resolve().parents[2] / "locale"
CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}
SIGN_IN = {"en": "Sign in", "zh-hans": "登录"}


class LanguageTestCase(ViewTestCase):
    """Ends as new threads begin: Django leaves the last request's language in the thread that served it."""

    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(translation.deactivate)

    def assert_spoken(self, language: str, browser: Browser, **options: Any) -> None:
        """The sign-in page says that it is in this language, and is."""
        page = browser.get("/", **options).content.decode()
        self.assertEqual(page.split('<html lang="', 1)[1].split('"', 1)[0], language)
        self.assertIn(SIGN_IN[language], page)


class Choice(LanguageTestCase):
    def test_the_page_speaks_the_browsers_language(self) -> None:
        for accepted, language in (
            ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
            ("zh", "zh-hans"),
            ("zh-TW", "zh-hans"),
            ("zh-Hans-SG", "zh-hans"),
            ("en-GB,zh;q=0.5", "en"),
            ("fr,zh;q=0.5", "zh-hans"),
            ("fr", "en"),
            ("", "en"),
            (";;q=x,\0,*" * 100, "en"),
        ):
            with self.subTest(accepted=accepted[:40]):
                translation.deactivate()
                self.assert_spoken(language, Browser(), headers={"Accept-Language": accepted})

    def test_the_choice_of_a_person_is_kept_for_a_year_and_comes_first(self) -> None:
        browser = Browser(headers=CHINESE)
        self.assert_spoken("zh-hans", browser)
        response = browser.post("/i18n/setlang/", {"language": "en", "next": "/register/"})
        self.assertRedirects(response, "/register/", fetch_redirect_response=False)
        cookie = response.cookies["django_language"]
        kept = (cookie.value, cookie["max-age"], cookie["samesite"], cookie["path"])
        self.assertEqual(kept, ("en", 31_536_000, "Lax", "/"))
        self.assert_spoken("en", browser)

    def test_a_language_that_is_not_there_changes_nothing(self) -> None:
        for language in ("xx", "", "\0", "../en", "x" * 5_000):
            with self.subTest(language=language[:20]):
                translation.deactivate()
                browser = Browser(headers=CHINESE)
                response = browser.post("/i18n/setlang/", {"language": language, "next": "//evil.example/"})
                self.assertEqual(response["Location"], "/")
                browser.cookies["django_language"] = language.replace("\0", "")
                self.assert_spoken("zh-hans", browser)

    def test_a_page_of_this_site_alone_may_choose(self) -> None:
        browser = Browser(enforce_csrf_checks=True)
        self.assertEqual(browser.post("/i18n/setlang/", {"language": "zh-hans"}).status_code, 403)
        fields = {"language": "zh-hans", "csrfmiddlewaretoken": browser.get("/").cookies["csrftoken"].value}
        self.assertEqual(browser.post("/i18n/setlang/", fields).status_code, 302)
        self.assert_spoken("zh-hans", browser)

    def test_the_form_leads_back_to_the_page_on_which_it_stands(self) -> None:
        for path in ("/", "/register/", "/nothing"):
            with self.subTest(path=path):
                page = self.client.get(f"{path}?a=1").content.decode()
                self.assertIn(f'name="next" value="{path}?a=1"', page)

    def test_after_a_refused_post_the_form_leads_to_the_start(self) -> None:
        page = sign_in(self.alice, enforce_csrf_checks=True).post("/logout/").content.decode()
        self.assertIn('name="next" value="/"', page)


class Theme(LanguageTestCase):
    def test_it_is_the_one_of_the_cookie(self) -> None:
        for theme, attribute in (
            ("light", ' data-theme="light"'),
            ("dark", ' data-theme="dark"'),
            ('x"y', ""),
            ("", ""),
        ):
            with self.subTest(theme=theme):
                browser = Browser()
                browser.cookies["theme"] = theme
                self.assertIn(f'<html lang="en"{attribute}>', browser.get("/").content.decode())


class Errors(LanguageTestCase):
    def test_json_errors_are_in_the_language_of_the_request_and_their_codes_are_not(self) -> None:
        answers = []
        for headers in (CHINESE, {}):
            answer = Browser(headers=headers).get("/history/").json()
            answers.append((answer["error"], answer["detail"]))
        self.assertEqual(answers, [("not_signed_in", "请先登录。"), ("not_signed_in", "Sign in first.")])
        answer = sign_in(self.alice, headers=CHINESE).post("/msg_send/", {"type": "1", "txt": "x" * 4_001}).json()
        self.assertEqual(answer["detail"], "消息最多 4000 个字符，这条有 4001 个。")

    def test_pages_of_errors_are_in_the_language_of_the_request(self) -> None:
        def fail(*call: object) -> None:
            raise OperationalError("gone away")

        browser = sign_in(self.alice, headers=CHINESE, enforce_csrf_checks=True)
        self.assertIn("这个地址没有内容。", browser.get("/nothing").content.decode())
        self.assertIn("表单已过期", browser.post("/logout/").content.decode())
        with connection.execute_wrapper(fail):
            self.assertIn("数据库没有响应", browser.get("/news_chat/").content.decode())

    def test_what_is_refused_before_the_language_is_known_is_in_it_all_the_same(self) -> None:
        """With https SecurityMiddleware asks for the host first, in a thread that spoke another language before."""
        english = "This server does not go by"
        for https in (False, True):
            with self.subTest(https=https), self.settings(SECURE_SSL_REDIRECT=https):
                for headers, words in ((CHINESE, "服务器不使用"), ({}, english), (CHINESE, "服务器不使用")):
                    page = Browser(headers=headers).get("/", HTTP_HOST="evil.example").content.decode()
                    self.assertIn(words, page)

    def test_waits_are_in_numbers_and_units(self) -> None:
        fields = {"userNameOrEmailAddress": "alice", "password": "x"}
        for seconds, english, chinese in (
            (1, "1 second.", "1 秒"),
            (60, "60 seconds.", "60 秒"),
            (61, "2 minutes.", "2 分钟"),
        ):
            waiting = mock.patch("Dweb.accounts.throttle._Pair.wait", return_value=seconds)
            with self.subTest(seconds=seconds), waiting:
                self.assertIn(f"try again in {english}", Browser().post("/", fields).content.decode())
                page = Browser(headers=CHINESE).post("/", fields).content.decode()
                self.assertIn(f"请在 {chinese}后重试", page)


class ScriptsCatalogue(LanguageTestCase):
    def test_it_is_asked_for_each_time_and_sent_when_it_changed(self) -> None:
        first = Browser().get("/jsi18n/", headers=CHINESE)
        self.assertEqual((first.status_code, first["Content-Type"].split(";")[0]), (200, "text/javascript"))
        self.assertIn('"大厅"', first.content.decode())
        self.assertIn("no-cache", first["Cache-Control"])
        self.assertLessEqual({"Accept-Language", "Cookie"}, {*first["Vary"].split(", ")})
        again = {"If-None-Match": first["ETag"]}
        self.assertEqual(Browser().get("/jsi18n/", headers=CHINESE | again).status_code, 304)
        english = Browser().get("/jsi18n/", headers=again)
        self.assertEqual(english.status_code, 200)
        self.assertNotEqual(english["ETag"], first["ETag"])

    def test_the_words_of_modules_that_load_later_come_later(self) -> None:
        first = Browser().get("/jsi18n/", headers=CHINESE).content.decode()
        answer = Browser().get("/jsi18n/?late", headers=CHINESE)
        self.assertEqual(answer["Content-Type"], "application/json")
        late = answer.json()
        self.assertEqual((late["Search in messages"], late["Members"]), ("搜索消息", "成员"))
        self.assertNotIn("Lobby", late)
        self.assertEqual([words for words in late if f'"{words}":' in first], [])
        everything = gettext.translation("djangojs", LOCALE, ["zh_Hans"])._catalog  # type: ignore[attr-defined]
        missing = {key[0] if isinstance(key, tuple) else key for key in everything if key} - late.keys()
        self.assertEqual([words for words in missing if f'"{words}":' not in first], [])

    def test_it_has_our_sentences_alone(self) -> None:
        """The admin's would double the first load."""
        catalogue = Browser().get("/jsi18n/", headers=CHINESE).content.decode()
        self.assertIn("Lobby", catalogue)
        self.assertNotIn("Available %s", catalogue)


class PasswordRules(LanguageTestCase):
    def test_the_rules_beside_a_password_are_those_of_the_server(self) -> None:
        """password_rules.html and forms.js know three; that it is a common one, the server alone can say."""
        validators = {type(each).__name__: each for each in get_default_password_validators()}
        self.assertEqual(
            validators.keys(),
            {
                "MinimumLengthValidator",
                "NumericPasswordValidator",
                "UserAttributeSimilarityValidator",
                "CommonPasswordValidator",
            },
        )
        length = validators["MinimumLengthValidator"]
        self.assertIsInstance(length, MinimumLengthValidator)
        page = self.client.get("/register/").content.decode()
        self.assertIn(f"At least {length.min_length} characters", page)
        self.assertEqual(page.count("data-rule="), len(validators) - 1)
