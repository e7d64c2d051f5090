"""deploy/: settings that pass Django's check of deployments, files that name what is there, numbers that agree."""

import ipaddress
import os
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from chatproj import settings
from chatproj.env import env

from ..support.nginx import CONFIG
from ..support.server import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
APPS = ("app1", "app2")
NGINX = CONFIG.read_text()
UNIT = (DEPLOY / "dweb.service").read_text()
CHECK = ("-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING")

SIGN_IN = """
from chatproj.wsgi import application
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
print(Client().get("/", secure=True, headers={"Host": "localhost"}).status_code)
"""

# ${NAME}, ${NAME:-what else} and ${NAME:?what is missing}, as Compose has them.
PLACE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\}")


def example(path: Path) -> dict[str, str]:
    """The settings in a file of NAME=value, with a key of 50 bytes and some password where it wants them."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    found = dict(line.split("=", 1) for line in lines)
    return found | {name: secrets.token_urlsafe(50) for name, value in found.items() if not value}


def filled(value: str, given: dict[str, str]) -> str:
    def fill(place: re.Match[str]) -> str:
        found = given.get(place["name"], "")
        if not found and place["kind"] != "-":
            raise KeyError(f"{place['name']}: {place['rest']}")
        return found or place["rest"]

    return PLACE.sub(fill, value)


def environment(app: str) -> dict[str, str]:
    given = example(DEPLOY / ".env.example")
    return {name: filled(value, given) for name, value in COMPOSE["services"][app]["environment"].items()}


def manage(*command: str, variables: dict[str, str], folder: Path, cwd: Path = ROOT) -> str:
    """What manage.py prints, with these settings alone."""
    env = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder / "var")} | variables
    done = subprocess.run([sys.executable, *command], cwd=cwd, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.service  # with MySQL's client, which only the whole suite installs
@pytest.mark.parametrize("app", APPS)
def test_the_settings_of_compose_are_clean(app: str, tmp_path: Path) -> None:
    pytest.importorskip("MySQLdb")
    assert "no issues" in manage(*CHECK, variables=environment(app), folder=tmp_path)


@pytest.mark.service
def test_the_settings_of_the_unit_are_clean(tmp_path: Path) -> None:
    pytest.importorskip("MySQLdb")
    assert "no issues" in manage(*CHECK, variables=example(DEPLOY / "dweb.env.example"), folder=tmp_path)


def test_only_variables_of_the_chat_are_set() -> None:
    unit = example(DEPLOY / "dweb.env.example").keys() - {"LISTEN_HOST", "LISTEN_PORT"}  # the unit's own
    assert {*environment("app1"), *unit} <= env.scheme.keys()


def test_the_image_has_all_that_the_server_needs(tmp_path: Path) -> None:
    """The check runs in a folder with what the Dockerfile copies; the sign-in page is made there, too."""
    copied = re.findall(r"^COPY (?!--from)(.+) (\S+)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    for sources, target in copied:
        for source in sources.split():
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, tmp_path / target)
            elif target == "./":
                shutil.copy(ROOT / source, tmp_path)
    variables = {name: value for name, value in environment("app1").items() if name != "DATABASE_URL"}
    assert "no issues" in manage(*CHECK, variables=variables, folder=tmp_path, cwd=tmp_path)
    (tmp_path / "var").mkdir()
    page = manage("-c", SIGN_IN, variables=variables, folder=tmp_path, cwd=tmp_path)
    assert page.strip() == "200"


def test_a_secret_left_blank_is_refused() -> None:
    with pytest.raises(KeyError, match="SECRET_KEY"):
        filled(COMPOSE["services"]["app1"]["environment"]["SECRET_KEY"], {"SECRET_KEY": ""})


def test_both_servers_share_what_they_must_and_start_one_after_the_other() -> None:
    one, other = (COMPOSE["services"][app] for app in APPS)
    assert one["environment"] == other["environment"]
    assert other["depends_on"]["app1"] == {"condition": "service_healthy"}
    assert one["depends_on"]["mariadb"] == {"condition": "service_healthy"}


def test_nginx_is_the_proxy_that_is_believed_and_knows_the_servers() -> None:
    def address(service: str) -> Any:
        return COMPOSE["services"][service]["networks"]["front"]["ipv4_address"]

    assert environment("app1")["TRUSTED_PROXIES"] == address("nginx")
    assert COMPOSE["services"]["nginx"]["extra_hosts"] == [f"{app}:{address(app)}" for app in APPS]
    upstreams = re.findall(r"upstream \w+ \{(.+?)\}", NGINX, re.DOTALL)
    assert [re.findall(r"server (app\d):(\d+) ", each) for each in upstreams] == 2 * [[(app, "8000") for app in APPS]]


def test_nginx_reaches_neither_redis_nor_the_database_and_nothing_else_the_outside() -> None:
    services = COMPOSE["services"]
    assert {*services["nginx"]["networks"]} == {"outside", "front"}
    assert [*services["redis"]["networks"]] == [*services["mariadb"]["networks"]] == ["back"]
    assert all({*services[app]["networks"]} == {"front", "back"} for app in APPS)
    assert all(COMPOSE["networks"][network]["internal"] for network in ("front", "back"))


def test_the_unit_reaches_private_addresses_alone() -> None:
    assert re.findall(r"^IPAddressDeny=(.+)$", UNIT, re.MULTILINE) == ["any"]
    [allowed] = re.findall(r"^IPAddressAllow=(.+)$", UNIT, re.MULTILINE)
    own, *networks = allowed.split()
    assert own == "localhost"
    assert all(ipaddress.ip_network(network).is_private for network in networks)


def test_the_containers_logs_have_an_end() -> None:
    for name, service in COMPOSE["services"].items():
        assert {"max-size", "max-file"} <= service["logging"]["options"].keys(), name


def test_every_image_is_in_the_inventory() -> None:
    images = {each["image"] for each in COMPOSE["services"].values()} - {"dweb"}
    images |= {*re.findall(r"^FROM (\S+)", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)}
    assert {image for image in images if f"`{image}`" not in (ROOT / "SECURITY.md").read_text()} == set()


def test_redis_has_a_password_which_the_servers_know() -> None:
    given = example(DEPLOY / ".env.example")
    command = [filled(word, given) for word in COMPOSE["services"]["redis"]["command"]]
    assert command[command.index("--requirepass") + 1] == given["REDIS_PASSWORD"]
    url = filled(COMPOSE["services"]["app1"]["environment"]["REDIS_URL"], given)
    assert url == f"redis://default:{given['REDIS_PASSWORD']}@redis:6379/0"
    with pytest.raises(KeyError, match="REDIS_PASSWORD"):
        filled(COMPOSE["services"]["redis"]["command"][-1], {})


def test_nginx_answers_for_the_chats_name_alone() -> None:
    """The image fills in the name, and nothing else: the file has variables of nginx, too."""
    nginx = COMPOSE["services"]["nginx"]
    target = "/etc/nginx/templates/nginx.conf.template"
    assert f"./nginx.conf:{target}:ro" in nginx["volumes"]
    given = {name: filled(value, {"CHAT_HOST": "chat.example.org"}) for name, value in nginx["environment"].items()}
    assert given == {
        "CHAT_HOST": "chat.example.org",
        "NGINX_ENVSUBST_OUTPUT_DIR": "/etc/nginx",
        "NGINX_ENVSUBST_FILTER": "CHAT_HOST",
    }
    assert re.findall(r"^ *server_name (\S+);", NGINX, re.MULTILINE) == ["${CHAT_HOST}"] * 2
    assert "https://$host" not in NGINX


def test_memory_and_tasks_have_limits_that_two_full_processes_fit_into() -> None:
    threads = 2 * (settings.HTTP_THREADS + settings.DB_MAX_CONNECTIONS + settings.SPARE_THREADS)
    gigabytes = 2 * 1  # a process of 10,000 sockets takes less
    assert int(re.findall(r"^TasksMax=(\d+)$", UNIT, re.MULTILINE)[0]) > threads
    assert int(re.findall(r"^MemoryMax=(\d+)G$", UNIT, re.MULTILINE)[0]) > gigabytes
    assert re.findall(r"^UMask=(\d+)$", UNIT, re.MULTILINE) == ["0077"]
    for name, service in COMPOSE["services"].items():
        assert service["pids_limit"] > 0
        assert re.fullmatch(r"\d+[gm]", service["mem_limit"]), name
    assert all(COMPOSE["services"][app]["pids_limit"] > threads for app in APPS)
    assert all(int(COMPOSE["services"][app]["mem_limit"][:-1]) > gigabytes for app in APPS)
    sockets = int(re.findall(r"limit_conn sockets (\d+);", NGINX)[0])
    assert 1_000 <= sockets < settings.MAX_SOCKETS  # a school fits in, and leaves places for others


def test_nginx_waits_longer_than_a_ping_takes_and_takes_what_the_server_takes() -> None:
    """Its connections to the servers end before gunicorn ends them."""
    server = NGINX.split("server_name ${CHAT_HOST};")[2].split(" location ")
    locations = {part.split(" {", 1)[0]: part for part in server[1:]}

    def number(pattern: str, text: str) -> int:
        [found] = {*re.findall(pattern, text, re.MULTILINE)}
        return int(found)

    assert number(r"proxy_read_timeout (\d+)s;", locations["/chat/"]) > 2 * settings.WEBSOCKET_PING_SECONDS
    assert number(r"client_max_body_size (\d+)k;", server[0]) * 1024 == settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    form = 1_000_000  # bytes, at most, that a form adds to what it has
    whole = number(r"client_max_body_size (\d+)m;", locations["/files/"]) * 2**20
    assert settings.FILE_MAX_BYTES < whole <= settings.FILE_MAX_BYTES + 8 * form
    assert number(r"client_max_body_size (\d+)m;", locations["~ ^/files/[^/]+/$"]) * 2**20 > settings.FILE_PIECE_BYTES
    keepalive = number(r"^KEEPALIVE_SECONDS = (\d+) ", (ROOT / "gunicorn.conf.py").read_text())
    assert number(r"^ *keepalive_timeout (\d+)s;", NGINX) < keepalive
    assert number(r"worker_connections (\d+);", NGINX) > 2 * settings.MAX_SOCKETS
