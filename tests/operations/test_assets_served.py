"""Scripts and styles as browsers get them from a server, however it was started."""

import gzip
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.test import Client

from ..support.server import ROOT, Server

pytestmark = pytest.mark.once

HASHED = re.compile(r"\.[0-9a-f]{12}\.(js|css|svg)$")
FOREVER = "max-age=315360000, public, immutable"


def references(text: str) -> list[str]:
    """The addresses of static files in a page or in a script."""
    return re.findall(r"""["']([^"'\s]*/[^"'\s]+\.(?:js|css|svg))["']""", text)


def test_a_server_names_files_by_their_content_and_browsers_keep_them(server: Server) -> None:
    page = server.get("/").body.decode()
    assert len(references(page)) >= 3
    for address in references(page):
        assert HASHED.search(address)
        plain = server.get(address)
        assert plain.headers["Cache-Control"] == FOREVER
        packed = server.get(address, {"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(packed.body) == plain.body
        assert server.get(address, {"If-None-Match": plain.headers["ETag"]}).status == 304
    scripts = list(server.assets.glob("js/**/*.js"))
    assert scripts
    for script in scripts:
        assert all(HASHED.search(address) for address in references(script.read_text())), script.name


def test_a_server_serves_the_admins_files_too(server: Server) -> None:
    page = server.get("/admin/login/").body.decode()
    style = next(address for address in references(page) if "admin/css/base" in address)
    assert HASHED.search(style)
    assert server.get(style).headers["Cache-Control"] == FOREVER


def test_a_name_of_another_version_leads_to_the_file_of_today(server: Server) -> None:
    old = server.get("/static/js/lib/i18n.0123456789ab.js")
    assert old.status == 302
    assert old.headers["Location"] == "/static/js/lib/i18n.js"
    assert "Cache-Control" not in old.headers
    assert server.get("/static/js/lib/i18n.js").status == 200
    assert server.get("/static/js/none.js").status == 404


def test_a_server_that_cannot_prepare_them_says_so_in_one_sentence(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:
    server = make_server(start=False)
    static = Path(server.env["VAR_DIR"]) / "static"
    static.unlink()
    static.write_text("no folder")
    command = ["scripts/serve", "--port", str(server.port)]
    done = subprocess.run(command, cwd=ROOT, env=server.env, capture_output=True, text=True)
    assert done.returncode != 0
    assert "The scripts and styles cannot be prepared in" in done.stderr
    assert "Traceback" not in done.stderr


def as_written(get: Callable[[str], bytes]) -> None:
    addresses = references(get("/").decode())
    assert len(addresses) >= 3
    for address in addresses:
        assert get(address) == (ROOT / address[1:]).read_bytes()


def test_tests_get_the_files_as_they_were_written(client: Client, db: None) -> None:
    def get(path: str) -> bytes:
        with closing(client.get(path)) as answer:
            return b"".join(answer)

    as_written(get)


@pytest.mark.parametrize("command", ["serve", "runserver"])
def test_while_debugging_files_are_served_as_they_were_written(
    make_server: Callable[..., Server], command: str
) -> None:
    server = make_server(start=False, DEBUG="yes")
    arguments = {"serve": ("serve", "--port"), "runserver": ("runserver", "--noreload")}[command]
    server.start((sys.executable, "manage.py", *arguments))
    as_written(lambda path: server.get(path).body)


def test_a_server_without_serve_gets_the_files_as_they_were_written(make_server: Callable[..., Server]) -> None:
    server = make_server(start=False)
    server.run("manage.py", "migrate", "--verbosity=0")
    script = "import sys; sys.argv[1:] = ['--config', 'gunicorn.conf.py', '--bind', f'127.0.0.1:{sys.argv[1]}']"
    server.start((sys.executable, "-c", f"{script}; from gunicorn.app.wsgiapp import run; run()"))
    as_written(lambda path: server.get(path).body)


def test_serve_starts_where_the_locale_is_not_utf_8(make_server: Callable[..., Server]) -> None:
    server = make_server(start=False)
    server.env |= {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}
    (Path(server.env["VAR_DIR"]) / "static").unlink(missing_ok=True)  # it prepares the assets itself
    assert server.start().get("/").status == 200
