"""A device's name: browsers claim to be others, and programs may send anything."""

import pytest
from django.test import RequestFactory
from django.utils import translation

from Dweb.accounts.user_agents import device_of

CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 {}Safari/537.36"
WINDOWS, ANDROID = "Windows NT 10.0; Win64; x64", "Linux; Android 10; K"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (CHROME.format(WINDOWS, ""), "Chrome on Windows"),
        (CHROME.format(ANDROID, "Mobile "), "Chrome on Android"),
        (CHROME.format("X11; CrOS x86_64 14541.0.0", ""), "Chrome on ChromeOS"),
        (CHROME.format(WINDOWS, "") + " Edg/139.0.0.0", "Edge on Windows"),
        (CHROME.format(WINDOWS, "") + " OPR/120.0.0.0", "Opera on Windows"),
        (CHROME.format(ANDROID, "SamsungBrowser/28.0 Mobile "), "Samsung Internet on Android"),
        (CHROME.format("Linux; Android 14; zh-cn", "Mobile ") + " MicroMessenger/8.0.50", "WeChat on Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
            " Version/18.5 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
            " CriOS/139.0.7258.76 Mobile/15E148 Safari/604.1",
            "Chrome on iPhone",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
            " Version/18.5 Safari/605.1.15",
            "Safari on macOS",
        ),
        ("curl/8.14.1", "curl"),
        ("dweb-client/0.1 (Linux)", "dweb-client on Linux"),
        ("a" * 600, "a" * 20),
        ("x" * 512 + "Firefox/1 Windows", "x" * 20),
        ("Mozilla/5.0", "Unknown device"),
        ("<script>", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_it_is_named(agent: str, name: str) -> None:
    with translation.override("en"):
        assert str(device_of(RequestFactory().get("/", headers={"User-Agent": agent}))) == name


def test_a_request_without_one_is_of_an_unknown_device() -> None:
    assert device_of(RequestFactory().get("/")) == ("", "")
