"""The settings as commands and servers see them: the secret key, limits, and one sentence for what is wrong."""

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from chatproj import env, limits, secret_key, settings

from ..support.environment import environment
from ..support.server import ROOT, Server


def run(*command: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY")}
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=clean | variables, capture_output=True, text=True)


def test_the_secret_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    key = secret_key.kept_in(path)
    assert len(key) >= 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert secret_key.kept_in(path) == key
    assert [each.name for each in path.parent.iterdir()] == ["secret_key"]


def test_a_secret_key_that_is_given_is_taken_and_none_is_made(tmp_path: Path) -> None:
    code = "from chatproj import settings; print(settings.SECRET_KEY)"
    assert run("-c", code, VAR_DIR=str(tmp_path), SECRET_KEY=" $given ").stdout == "$given\n"
    assert not any(tmp_path.iterdir())


def test_an_empty_key_or_an_unwritable_place_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ImproperlyConfigured, match=r"is empty: delete it"):
        secret_key.kept_in(file)
    with pytest.raises(ImproperlyConfigured, match=r"No SECRET_KEY is set, and none can be kept in"):
        secret_key.kept_in(file / "secret_key")


def test_processes_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    """All wait for the end of their input, so that they begin together."""
    code = "import sys; from pathlib import Path; from chatproj.secret_key import kept_in; sys.stdin.read();"
    code += "print(kept_in(Path(sys.argv[1])))"
    command = [sys.executable, "-c", code, str(tmp_path / "secret_key")]
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in range(6)]
    for process in processes:
        assert process.stdin
        process.stdin.close()
        process.stdin = None
    keys = {process.communicate(timeout=30)[0].strip() for process in processes}
    assert keys == {(tmp_path / "secret_key").read_text()}
    assert [each.name for each in tmp_path.iterdir()] == ["secret_key"]


def test_a_deployment_with_https_is_clean(tmp_path: Path) -> None:
    deployment = {"HTTPS": "yes", "TRUSTED_PROXIES": "127.0.0.1", "ALLOWED_HOSTS": "chat.example.org"}
    deployment["VAR_DIR"] = str(tmp_path)
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
        ("DATABASE_URL", "postgres://u:p@h/db", "DATABASE_URL must be sqlite:///path or mysql://"),
        ("WEB_CONCURRENCY", "2", "WEB_CONCURRENCY is 2, and REDIS_URL is not set"),
        ("HTTPS", "yes", "HTTPS is yes, and TRUSTED_PROXIES is not set: give it the address of the proxy"),
        ("REDIS_URL", "redis://10.0.0.20:6379/0", "REDIS_URL names another machine and no password: everyone"),
        ("PLACE", "registration=perhaps", "PLACE has registration, which is 'perhaps': it must be one of open, invite"),
    ],
)
def test_a_bad_setting_stops_every_command_with_its_sentence(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    checked = run("manage.py", "check", **{"VAR_DIR": str(tmp_path), name: value})
    assert checked.returncode != 0
    assert sentence in checked.stderr


def test_the_variable_of_earlier_versions_pins_registration(tmp_path: Path) -> None:
    show = ("-c", "from django.conf import settings; print(settings.PLACE)")
    given = {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "chatproj.settings"}
    closed = run(*show, **given, REGISTRATION_OPEN="no", PLACE="name=Harbour; registration=closed")
    assert closed.stdout.strip() == "{'name': 'Harbour', 'registration': 'closed'}"
    assert run(*show, **given, REGISTRATION_OPEN="no").stdout.strip() == "{'registration': 'closed'}"
    assert run(*show, **given, REGISTRATION_OPEN="yes").stdout.strip() == "{'registration': 'open'}"
    both = run(*show, **given, REGISTRATION_OPEN="no", PLACE="registration=open")
    assert "REGISTRATION_OPEN says that registration is closed, and PLACE says open: leave" in both.stderr


LOCAL = """
from chatproj import limits
limits.change(DB_WAIT_SECONDS=7, DB_LOCK_SECONDS=3, REQUEST_MAX_BYTES=2048, FRAMES_PER_MESSAGE=3, HTTP_THREADS=9)
from chatproj.settings import *
"""
HSTS = """
from chatproj.settings import *
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
"""
SHOW_HSTS = """
from chatproj.wsgi import application
from django.test import Client
print(Client().get("/", secure=True, headers={"Host": "localhost"}).headers["Strict-Transport-Security"])
"""
SHOW = """
import json, runpy
from django.conf import settings
database = settings.DATABASES["default"]
threads = runpy.run_path("gunicorn.conf.py")["threads"]
print(json.dumps([settings.DB_WAIT_SECONDS, database["WAIT_SECONDS"], database["OPTIONS"]["timeout"],
                  settings.DATA_UPLOAD_MAX_MEMORY_SIZE, settings.FRAME_RATE, threads]))
"""


def run_with(module: str, folder: Path, *command: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Runs a command with a settings module of an operator's own."""
    (folder / "local_settings.py").write_text(module)
    variables |= {"DJANGO_SETTINGS_MODULE": "local_settings", "PYTHONPATH": f"{folder}:{ROOT}", "VAR_DIR": str(folder)}
    return run(*command, **variables)


def test_a_settings_module_changes_limits_and_what_is_derived_from_them(tmp_path: Path) -> None:
    shown = run_with(LOCAL, tmp_path, "-c", SHOW, SEND_RATE="10")
    assert json.loads(shown.stdout) == [7, 7, 3, 2048, 30, 9]


def test_hsts_covers_other_names_of_the_domain_only_if_that_is_asked_for(tmp_path: Path) -> None:
    given = {"HTTPS": "yes", "TRUSTED_PROXIES": "127.0.0.1"}
    shown = run("-c", SHOW_HSTS, VAR_DIR=str(tmp_path), **given)
    assert shown.stdout == "max-age=31536000\n", shown.stderr
    shown = run_with(HSTS, tmp_path, "-c", SHOW_HSTS, **given)
    assert shown.stdout == "max-age=31536000; includeSubDomains; preload\n", shown.stderr


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("limits.change(OUTBOX_BYTES=1)", "OUTBOX_BYTES: no such limit."),
        ("limits.change(SEND_RATE=1)", "SEND_RATE: no such limit."),
        ("import chatproj.settings; limits.change(HTTP_THREADS=8)", r"limits.change() comes too late"),
    ],
)
def test_a_change_without_effect_is_one_sentence(tmp_path: Path, change: str, sentence: str) -> None:
    checked = run_with(f"from chatproj import limits; {change}\n", tmp_path, "manage.py", "check")
    assert checked.returncode != 0
    assert checked.stderr.startswith(f"The settings are wrong: {sentence}")


def test_no_limit_is_a_variable() -> None:
    assert len(limits.__all__) == len(set(limits.__all__))
    assert not set(limits.__all__) & env.env.scheme.keys()
    assert all(getattr(settings, name) == getattr(limits, name) for name in limits.__all__)


@pytest.mark.once
def test_a_limit_in_the_environment_is_warned_of_and_the_server_starts(make_server: Callable[..., Server]) -> None:
    server = make_server(start=False)
    server.env |= {"OUTBOX_MAX_BYTES": "1", "FRAME_RATE": "1"}
    server.start()
    warned = re.findall(r"^(\w+) in the environment has no effect: .*$", server.log(), re.MULTILINE)
    assert warned == ["OUTBOX_MAX_BYTES", "FRAME_RATE"]


def test_a_server_of_the_tests_is_given_variables_and_limits_and_nothing_else() -> None:
    given = environment({"SEND_RATE": 5, "TMPDIR": "/tmp", "MARK_SECONDS": 0.05})
    assert json.loads(given.pop("TEST_LIMITS")) == {"MARK_SECONDS": 0.05}
    assert given == {"SEND_RATE": "5", "TMPDIR": "/tmp", "DJANGO_SETTINGS_MODULE": "tests.support.settings"}
    with pytest.raises(ValueError, match=r"MARK_SECOND$"):
        environment({"MARK_SECOND": 1})


def test_models_and_migrations_agree(tmp_path: Path) -> None:
    made = run("manage.py", "makemigrations", "--check", "--dry-run", VAR_DIR=str(tmp_path))
    assert (made.returncode, made.stdout.strip()) == (0, "No changes detected")


def test_debug_is_off_and_the_hosts_are_this_machine_unless_said_otherwise() -> None:
    assert settings.DEBUG is False
    assert settings.ALLOWED_HOSTS == ["localhost", "127.0.0.1", "[::1]"]
