"""The settings: what the environment may say, and one clear sentence when it says it wrong."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from chatproj import env, settings

from ..support.server import ROOT

NAME = "DWEB_TEST_SETTING"


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda value: monkeypatch.setenv(NAME, value)


def run(*command: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY")}
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=clean | variables, capture_output=True, text=True)


@pytest.mark.parametrize("value", ["1", "true", "YES", "on", " True "])
def test_a_flag_is_on(given: Callable[[str], None], value: str) -> None:
    given(value)
    assert env.flag(NAME, False) is True


@pytest.mark.parametrize("value", ["0", "false", "NO", "off"])
def test_a_flag_is_off(given: Callable[[str], None], value: str) -> None:
    given(value)
    assert env.flag(NAME, True) is False


@pytest.mark.parametrize(("value", "result"), [("5", 5), (" 5 ", 5), ("1", 1), ("10", 10), ("2.5", 2.5), ("1e1", 10)])
def test_a_number_lies_in_its_range(given: Callable[[str], None], value: str, result: float) -> None:
    given(value)
    assert env.number(NAME, 3, 1, 10) == result


@pytest.mark.parametrize("value", ["", " "])
def test_what_is_blank_is_the_default(given: Callable[[str], None], value: str) -> None:
    given(value)
    assert env.flag(NAME, True) is True
    assert env.count(NAME, 7, 1, 10) == 7
    assert env.text(NAME, "x") == "x"


def test_a_host_with_a_scheme_is_one_sentence(given: Callable[[str], None]) -> None:
    given("https://chat.example.org")
    with pytest.raises(ImproperlyConfigured, match="give the name alone"):
        env.hosts(NAME)


def test_what_is_not_given_is_the_default() -> None:
    assert env.flag(NAME, True) is True
    assert env.count(NAME, 7, 1, 10) == 7
    assert env.words(NAME, ["a"]) == ["a"]
    assert env.text(NAME, "x") == "x"


@pytest.mark.parametrize("value", ["0.5", "11", "-1", "x", "nan", "inf", "1,5"])
def test_a_bad_number_is_one_sentence(given: Callable[[str], None], value: str) -> None:
    given(value)
    with pytest.raises(ImproperlyConfigured) as error:
        env.number(NAME, 3, 1, 10)
    assert str(error.value) == f"{NAME} is {value!r}: it must be a number from 1 to 10."


def test_a_choice_is_one_of_few(given: Callable[[str], None]) -> None:
    assert env.choice(NAME, "line", ("line", "json")) == "line"
    given(" JSON ")
    assert env.choice(NAME, "line", ("line", "json")) == "json"
    given("xml")
    with pytest.raises(ImproperlyConfigured, match=f"{NAME} is 'xml': it must be one of line, json."):
        env.choice(NAME, "line", ("line", "json"))


def test_addresses_are_no_names_and_no_networks(given: Callable[[str], None]) -> None:
    assert env.addresses(NAME, ["::1"]) == ["::1"]
    given("10.0.0.1, 2001:DB8::0:1")
    assert env.addresses(NAME, []) == ["10.0.0.1", "2001:db8::1"]
    for value in ("10.0.0.0/8", "localhost"):
        given(value)
        with pytest.raises(ImproperlyConfigured, match=f"{NAME} has something that is no address: '{value}'"):
            env.addresses(NAME, [])


def test_a_count_is_whole(given: Callable[[str], None]) -> None:
    given("2.5")
    with pytest.raises(ImproperlyConfigured, match="must be a whole number"):
        env.count(NAME, 3, 1, 10)


def test_a_bad_flag_is_one_sentence(given: Callable[[str], None]) -> None:
    given("maybe")
    with pytest.raises(ImproperlyConfigured, match=f"{NAME} is 'maybe': it must be true or false"):
        env.flag(NAME, False)


@pytest.mark.parametrize(("value", "result"), [("a,b", ["a", "b"]), (" a , ,b,", ["a", "b"]), ("", ["x"])])
def test_words_are_separated_by_commas(given: Callable[[str], None], value: str, result: list[str]) -> None:
    given(value)
    assert env.words(NAME, ["x"]) == result


def database(monkeypatch: pytest.MonkeyPatch, url: str) -> dict[str, object]:
    monkeypatch.setenv("DATABASE_URL", url)
    return env.database(Path("default.sqlite3"), 5, 20.0)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("", Path("default.sqlite3")),
        ("sqlite:////srv/chat.sqlite3", "/srv/chat.sqlite3"),
        ("sqlite:///chat.sqlite3", "chat.sqlite3"),
    ],
)
def test_sqlite_is_safe_and_waits(monkeypatch: pytest.MonkeyPatch, url: str, name: object) -> None:
    config = database(monkeypatch, url)
    assert (config["ENGINE"], config["NAME"], config["CONN_MAX_AGE"]) == (env.SQLITE, name, 0)
    options = config["OPTIONS"]
    assert isinstance(options, dict)
    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]
    assert (options["transaction_mode"], options["timeout"]) == ("IMMEDIATE", 20)


def test_a_mysql_url_names_all_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    config = database(monkeypatch, "mysql://dweb:p%40ss%2Fw@db.example.org:3307/chat")
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
    ],
)
def test_another_database_url_is_one_sentence(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL [^\n]*$"):
        database(monkeypatch, url)


def test_the_secret_key_is_made_once_and_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    path = tmp_path / "var" / "secret_key"
    key = env.secret_key(path)
    assert len(key) >= 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert env.secret_key(path) == key
    assert [each.name for each in path.parent.iterdir()] == ["secret_key"]


def test_a_secret_key_that_is_given_is_taken_and_none_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", " given ")
    assert env.secret_key(tmp_path / "secret_key") == "given"
    assert not any(tmp_path.iterdir())


def test_an_empty_key_or_an_unwritable_place_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ImproperlyConfigured, match=r"is empty: delete it"):
        env.secret_key(file)
    with pytest.raises(ImproperlyConfigured, match=r"No SECRET_KEY is set, and none can be kept in"):
        env.secret_key(file / "secret_key")


def test_processes_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    """All wait for the end of their input, so that they begin together."""
    code = "import sys; from pathlib import Path; from chatproj.env import secret_key; sys.stdin.read();"
    code += "print(secret_key(Path(sys.argv[1])))"
    command = [sys.executable, "-c", code, str(tmp_path / "secret_key")]
    clean = {name: value for name, value in os.environ.items() if name != "SECRET_KEY"}
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, cwd=ROOT, env=clean, stdin=pipe, stdout=pipe, text=True) for _ in range(6)]
    for process in processes:
        assert process.stdin
        process.stdin.close()
        process.stdin = None
    keys = {process.communicate(timeout=30)[0].strip() for process in processes}
    assert keys == {(tmp_path / "secret_key").read_text()}
    assert [each.name for each in tmp_path.iterdir()] == ["secret_key"]


def test_a_deployment_with_https_is_clean(tmp_path: Path) -> None:
    deployment = {"HTTPS": "yes", "ALLOWED_HOSTS": "chat.example.org", "VAR_DIR": str(tmp_path)}
    command = ("-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    for key in ({"SECRET_KEY": secrets.token_urlsafe(50)}, {}):
        checked = run(*command, **deployment, **key)
        assert checked.returncode == 0, checked.stderr
        assert "no issues" in checked.stdout


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("MAX_SOCKETS", "many", "MAX_SOCKETS is 'many': it must be a number from 1 to 100,000."),
        ("TRUSTED_PROXIES", "10.0.0.0/8", "TRUSTED_PROXIES has something that is no address: '10.0.0.0/8'"),
    ],
)
def test_a_bad_setting_stops_every_command_with_its_sentence(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    checked = run("manage.py", "check", **{"VAR_DIR": str(tmp_path), name: value})
    assert checked.returncode != 0
    assert sentence in checked.stderr


def test_models_and_migrations_agree(tmp_path: Path) -> None:
    made = run("manage.py", "makemigrations", "--check", "--dry-run", VAR_DIR=str(tmp_path))
    assert (made.returncode, made.stdout.strip()) == (0, "No changes detected")


def test_debug_is_off_and_the_hosts_are_this_machine_unless_said_otherwise() -> None:
    assert settings.DEBUG is False
    assert settings.ALLOWED_HOSTS == ["localhost", "127.0.0.1", "[::1]"]
