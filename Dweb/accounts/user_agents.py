"""A device's name, as far as its User-Agent tells it: the browser and the system."""

import re
from typing import NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ..models import WORD_CHARS

READ_CHARS = 512  # of a User-Agent: browsers send 100 to 250

# The first words that are found decide: most browsers also claim to be Chrome and Safari.
BROWSERS = (
    ("MicroMessenger/", "WeChat"),
    ("QQBrowser/", "QQ Browser"),
    ("UCBrowser/", "UC Browser"),
    ("HuaweiBrowser/", "Huawei Browser"),
    ("MiuiBrowser/", "Mi Browser"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex"),
    ("Vivaldi/", "Vivaldi"),
    ("OPR/", "Opera"),
    ("Edg", "Edge"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("OpenHarmony", "HarmonyOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
PROGRAM = re.compile(rf"[A-Za-z][\w.-]{{0,{WORD_CHARS - 1}}}", re.ASCII)


class Device(NamedTuple):
    """Both are empty if they are not known."""

    browser: str
    system: str

    def __str__(self) -> str:
        """In the language of who reads it."""
        if self.browser and self.system:
            return _("%(browser)s on %(system)s") % self._asdict()
        return self.browser or self.system or _("Unknown device")


def device_of(request: HttpRequest) -> Device:
    """Of a program that is no browser, the name that it gives itself."""
    agent = request.META.get("HTTP_USER_AGENT", "")[:READ_CHARS]
    program = PROGRAM.match(agent)
    browser = _first(BROWSERS, agent) or (program[0] if program and program[0] != "Mozilla" else "")
    return Device(browser, _first(SYSTEMS, agent))


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for words, name in names if words in agent), "")
