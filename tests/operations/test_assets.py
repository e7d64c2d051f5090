"""Scripts and styles as browsers get them: smaller, compressed, asked for again only when they changed."""

import gzip
import os
import re
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import Client

from Dweb.operations import assets

JS = """// What it is for.
export const address = "https://a.example//b"; // and why

  // A remark.
  export const shout = (text) => `${text}  // no comment`;
"""
pytestmark = pytest.mark.once

CSS = """/* What it
   is for. */
a  {
  color: red; /* really */
}
"""


@pytest.fixture
def files(tmp_path: Path, settings: SimpleNamespace) -> Path:
    source = tmp_path / "static"
    (source / "js").mkdir(parents=True)
    (source / "js/a.js").write_text(JS)
    (source / "a.css").write_text(CSS * 20)
    (source / "a.txt").write_text("// As  it is.")
    settings.STATICFILES_DIRS = [source]
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()
    return source


def prepare() -> Path:
    assets.prepared.cache_clear()
    try:
        return assets.prepared()
    finally:
        assets.prepared.cache_clear()


def test_comments_and_indentation_go_and_text_stays(files: Path) -> None:
    made = prepare()
    script = (made / "js/a.js").read_text()
    assert script == JS.replace("// What it is for.\n", "").replace("\n\n  // A remark.\n  ", "\n")
    assert (made / "a.css").read_text() == "a  {\ncolor: red; /* really */\n}\n" * 20
    assert gzip.decompress((made / "a.css.gz").read_bytes()) == (made / "a.css").read_bytes()
    assert (made / "a.txt").read_text() == "// As  it is."


def test_no_text_of_a_script_that_goes_over_several_lines_is_indented() -> None:
    """The indentation would be lost."""
    no_templates = re.compile(r'"(?:[^"\\]|\\.)*"|[=(] ?/(?:[^/\\]|\\.)+/|(?:^|\s)//.*')
    for path in (Path(__file__).parents[2] / "static/js").rglob("*.js"):
        inside = False
        for line in path.read_text().splitlines():
            assert not inside or re.match("[^ \t/]", line), f"{path.name}: {line}"
            inside ^= no_templates.sub("", line).count("`") % 2
        assert not inside, path.name


def test_every_version_has_a_folder_and_the_last_one_stays(files: Path) -> None:
    first = prepare()
    assert prepare() == first
    (files / "a.css").unlink()
    second = prepare()
    assert not first.exists()
    assert not (second / "a.css").exists()
    assert [*second.parent.iterdir()] == [second]
    assert [*second.parent.parent.iterdir()] == [second.parent]


def test_several_processes_may_prepare_it_at_once(files: Path) -> None:
    together, made = Barrier(8), []

    def work() -> None:
        together.wait()
        made.append(assets.prepared.__wrapped__())

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1
    assert len(made) == 8
    assert sorted(path.name for path in made[0].rglob("*.*")) == ["a.css", "a.css.gz", "a.js", "a.txt"]
    assert [*made[0].parent.parent.iterdir()] == [made[0].parent]


def test_browsers_get_it_compressed_and_once(client: Client, db: None) -> None:
    with closing(client.get("/static/js/main.js", headers={"Accept-Encoding": "gzip"})) as found:
        script = gzip.decompress(b"".join(found))
    assert found["Content-Encoding"] == "gzip"
    assert found["Vary"] == "Accept-Encoding"
    source = Path(__file__).parents[2] / "static/js/main.js"
    assert 0.5 * os.path.getsize(source) < len(script) < 0.95 * os.path.getsize(source)
    with closing(client.get("/static/js/main.js")) as plain:
        assert b"".join(plain) == script
    with closing(client.get("/static/js/main.js", headers={"If-None-Match": found["ETag"]})) as again:
        assert (again.status_code, b"".join(again)) == (304, b"")


def test_while_debugging_files_are_served_as_they_were_written(
    files: Path, settings: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WHITENOISE_AUTOREFRESH = True
    monkeypatch.setattr(assets, "prepared", lambda: pytest.fail("they were prepared"))
    middleware = assets.AssetsMiddleware(lambda request: HttpResponse(status=404))
    assert middleware.autorefresh
