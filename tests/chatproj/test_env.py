"""Variables of the environment: casts that refuse a wrong value with one sentence, and places of databases."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from chatproj import databases, env, limits

NAME = "DWEB_TEST_SETTING"


@pytest.mark.parametrize("value", ["1", "true", "YES", "on", "True"])
def test_a_flag_is_on(value: str) -> None:
    assert env.flag(value) is True


@pytest.mark.parametrize("value", ["0", "false", "NO", "off"])
def test_a_flag_is_off(value: str) -> None:
    assert env.flag(value) is False


@pytest.mark.parametrize(("value", "result"), [("5", 5), ("1", 1), ("10", 10), ("2.5", 2.5), ("1e1", 10)])
def test_a_number_lies_in_its_range(value: str, result: float) -> None:
    assert env.number(1, 10)(value) == result


@pytest.mark.parametrize("value", ["0.5", "11", "-1", "x", "nan", "inf", "1,5"])
def test_a_bad_number_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=f"^is '{re.escape(value)}': it must be a number from 1 to 10$"):
        env.number(1, 10)(value)


def test_a_count_is_whole() -> None:
    assert env.count(1, 10)("7") == 7
    with pytest.raises(ValueError, match="must be a whole number"):
        env.count(1, 10)("2.5")


def test_a_choice_is_one_of_few() -> None:
    assert env.choice("line", "json")("JSON") == "json"
    with pytest.raises(ValueError, match=r"^is 'xml': it must be one of line, json$"):
        env.choice("line", "json")("xml")


def test_a_host_has_no_scheme() -> None:
    assert env.hosts("a.example, b.example") == ["a.example", "b.example"]
    with pytest.raises(ValueError, match="give the name alone"):
        env.hosts("https://chat.example.org")


def test_addresses_are_no_names_and_no_networks() -> None:
    assert env.addresses("10.0.0.1, 2001:DB8::0:1") == ["10.0.0.1", "2001:db8::1"]
    for value in ("10.0.0.0/8", "localhost"):
        with pytest.raises(ValueError, match=f"^has something that is no address: '{value}'"):
            env.addresses(value)


@pytest.mark.parametrize(("value", "result"), [("a,b", ["a", "b"]), (" a , ,b,", ["a", "b"])])
def test_words_are_separated_by_commas(value: str, result: list[str]) -> None:
    assert env.words(value) == result


@pytest.mark.parametrize(
    "value",
    [
        "redis://localhost",
        "redis://127.0.0.1:6379/0",
        "redis://[::1]/0",
        "unix:///run/redis.sock?db=1",
        "rediss://user:p%40ss@redis.example.org:6380/1",
        "redis://:hush@10.0.0.20/0",
        "redis://10.0.0.20/0?password=hush",
    ],
)
def test_a_redis_url_names_this_machine_or_has_a_password(value: str) -> None:
    assert env.redis_url(value) == value


@pytest.mark.parametrize("host", ["10.0.0.20", "redis", "redis.example.org:6379", "user@redis", ":@redis", "[fd00::1]"])
def test_a_redis_of_another_machine_without_a_password_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match=r"^names another machine and no password"):
        env.redis_url(f"redis://{host}/0")


@pytest.mark.parametrize(
    "value",
    ["localhost:6379", "http://localhost", "redis://", "redis://localhost:port", "redis://localhost:0", "unix://"],
)
def test_another_redis_url_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"^must be redis://user:password@host:port/0"):
        env.redis_url(value)


def read(monkeypatch: pytest.MonkeyPatch, value: str | None, cast: Callable[[str], object], default: object) -> object:
    """What a variable with this value is read as."""
    if value is not None:
        monkeypatch.setenv(NAME, value)
    return env.Environment(**{NAME: (cast, default)})(NAME)


@pytest.mark.parametrize("value", [None, "", " "])
@pytest.mark.parametrize(("cast", "default"), [(env.flag, True), (env.count(1, 10), 7), (env.words, ["x"]), (str, "x")])
def test_a_variable_that_is_blank_or_not_set_has_its_default(
    monkeypatch: pytest.MonkeyPatch, value: str | None, cast: Callable[[str], object], default: object
) -> None:
    assert read(monkeypatch, value, cast, default) == default


def test_blanks_around_a_value_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, " True ", env.flag, False) is True
    assert read(monkeypatch, " 5 ", env.count(1, 10), 3) == 5


@pytest.mark.parametrize("value", ["$PATH", r"\$x$y", "a$b"])
def test_a_value_with_a_dollar_is_itself(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    assert read(monkeypatch, value, str, "x") == value


def test_a_bad_value_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured) as error:
        read(monkeypatch, "maybe", env.flag, False)
    assert str(error.value) == f"{NAME} is 'maybe': it must be yes or no."


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (databases.file(Path("default.sqlite3")), Path("default.sqlite3")),
        (databases.parse_url("sqlite:////srv/chat.sqlite3"), "/srv/chat.sqlite3"),
        (databases.parse_url("sqlite:///chat.sqlite3"), "chat.sqlite3"),
    ],
)
def test_sqlite_is_safe_and_waits(target: databases.Target, name: object) -> None:
    config = databases.entry(target, 5)
    assert (config["ENGINE"], config["NAME"], config["CONN_MAX_AGE"]) == (databases.SQLITE, name, 0)
    options = config["OPTIONS"]
    assert isinstance(options, dict)
    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]
    assert (options["transaction_mode"], options["timeout"]) == ("IMMEDIATE", limits.DB_LOCK_SECONDS)


def test_a_mysql_url_names_all_its_parts() -> None:
    config = databases.entry(databases.parse_url("mysql://dweb:p%40ss%2Fw@db.example.org:3307/chat"), 5)
    parts = [config[name] for name in ("ENGINE", "USER", "PASSWORD", "HOST", "PORT", "NAME", "MAX_CONNECTIONS")]
    assert parts == ["Dweb.databases.mysql", "dweb", "p@ss/w", "db.example.org", 3307, "chat", 5]
    assert config["CONN_MAX_AGE"] == 0


@pytest.mark.parametrize(
    "url",
    [
        "postgres://u:p@h/db",
        "chat.sqlite3",
        "/srv/chat.sqlite3",
        "mysql://u:p@h:port/db",
        "nonsense://x",
        "://",
        "sqlite://",
        "sqlite:///",
        "mysql://u:p@h",
    ],
)
def test_another_database_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"^(must be|cannot be read)[^\n]*$"):
        databases.parse_url(url)


def test_settings_of_the_place_are_pinned() -> None:
    value = " name = Harbour = 港 ; registration=Closed;members_invite=yes; "
    assert env.place(value) == {"name": "Harbour = 港", "registration": "closed", "members_invite": True}
    assert env.place("name=") == {"name": ""}


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("closed", "has 'closed': it must be setting=value, with ; between, and each once of name, registration"),
        ("colour=red", "has 'colour=red': it must be"),
        ("name=a;name=b", "has 'name=b': it must be"),
        ("registration=perhaps", "has registration, which is 'perhaps': it must be one of open, invite"),
        ("members_invite=perhaps", "has members_invite, which is 'perhaps': it must be yes or no"),
        (f"name={'x' * 61}", "has name, which is '.*': it must be up to 60 characters"),
        ("name=a\nb", "has name, which is '.*': it must be"),
    ],
)
def test_a_wrong_pin_is_refused(value: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{sentence}"):
        env.place(value)
