"""Scripts and styles as serve prepares them: minified, compressed, and under names that change with the content."""

import gzip
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread
from types import SimpleNamespace

import pytest
import tree_sitter_javascript
from tree_sitter import Language, Node, Parser
from whitenoise.storage import MissingFileError

from Dweb.operations import assets

from ..support.server import ROOT

pytestmark = pytest.mark.once

SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))

MAIN = """// What it is for.
import { shout } from "../lib/text.js"; // and why

  // A remark.
  export const more = () => import("./more.js").then(({ style }) => shout(`${style}  // no comment`));
"""
MORE = """export const style = new URL("../../css/a.css", import.meta.url);
"""
CSS = """/* What it
   is for. */
a  {
  width: calc(1px + 2%); /* really */
}
"""


@pytest.fixture
def source(tmp_path: Path, settings: SimpleNamespace) -> Path:
    """A static/ of the test's own, which is all that there is."""
    source = tmp_path / "static"
    files = {"js/net/main.js": MAIN, "js/net/more.js": MORE, "js/lib/text.js": "export const shout = (x) => x;\n"}
    for name, text in (files | {"css/a.css": CSS * 20, "a.txt": "// As  it is."}).items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text)
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.VAR_DIR = tmp_path / "var"
    return source


@pytest.fixture
def start(source: Path) -> Iterator[Callable[[], assets.Assets]]:
    """Prepares, and keeps the lock as a server does that runs until the test ends or closes it."""
    locks = []

    def start() -> assets.Assets:
        prepared = assets.prepare()
        locks.append(prepared.lock)
        return prepared

    yield start
    for lock in locks:
        try:
            os.close(lock)
        except OSError:
            continue  # the test has closed it


Start = Callable[[], assets.Assets]


def one(folder: Path, pattern: str) -> Path:
    [found] = folder.glob(pattern)
    return found


def versions(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "lock")


def test_modules_load_each_other_and_their_styles_by_hashed_names(start: Start) -> None:
    folder = start().folder
    main, more = one(folder, "js/net/main.*.js"), one(folder, "js/net/more.*.js")
    text, style = one(folder, "js/lib/text.*.js"), one(folder, "css/a.*.css")
    assert f'from "../lib/{text.name}"' in main.read_text()
    assert f'import("./{more.name}")' in main.read_text()
    assert f'new URL("../../css/{style.name}",import.meta.url)' in more.read_text()
    assert not (folder / "js/net/main.js").exists()


def test_comments_and_blanks_go_and_text_stays(start: Start) -> None:
    folder = start().folder
    script = one(folder, "js/net/main.*.js").read_text()
    assert script.count("//") == 1
    assert "`${style}  // no comment`" in script
    style = one(folder, "css/a.*.css")
    assert style.read_text() == "a{width:calc(1px + 2%)}" * 20
    assert gzip.decompress(Path(f"{style}.gz").read_bytes()) == style.read_bytes()
    assert one(folder, "a.*.txt").read_text() == "// As  it is."


def test_nothing_is_prepared_again_while_nothing_has_changed(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    first = start()
    monkeypatch.setattr(assets, "_make", lambda folder: pytest.fail("they were prepared again"))
    assert start().folder == first.folder


def test_a_change_changes_the_names_of_all_that_lead_to_it(source: Path, start: Start) -> None:
    before = {path.name for path in start().folder.rglob("*.js")}
    (source / "css/a.css").write_text("a{color:red}")
    after = {path.name for path in start().folder.rglob("*.js")}
    assert {name.split(".")[0] for name in before - after} == {"main", "more"}


def test_older_versions_stay_while_a_server_runs_and_go_afterwards(source: Path, start: Start) -> None:
    first = start()
    (source / "a.txt").write_text("new")
    second = start()
    assert first.folder.exists()
    os.close(first.lock)
    os.close(second.lock)
    assert start().folder == second.folder
    assert versions(second.folder.parent) == [second.folder.name]


def test_several_servers_may_start_at_once(start: Start) -> None:
    together, made = Barrier(8), []

    def work() -> None:
        together.wait()
        made.append(start().folder)

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(set(made)) == 1
    assert versions(made[0].parent) == [made[0].name]
    assert (made[0] / "staticfiles.json").exists()


def test_a_preparation_that_failed_leaves_nothing(source: Path, start: Start) -> None:
    (source / "js/net/more.js").write_text('import "./missing.js";\n')
    with pytest.raises(MissingFileError, match=r"missing\.js"):
        start()
    (root,) = source.parent.glob("var/static")
    assert versions(root) == []


def test_what_a_killed_preparation_left_is_not_used_and_goes(source: Path, start: Start) -> None:
    half = source.parent / "var/static/draft-1/js"
    half.mkdir(parents=True)
    folder = start().folder
    assert (folder / "staticfiles.json").exists()
    assert versions(folder.parent) == [folder.name]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_the_minifier_understands_our_scripts(script: Path) -> None:
    """It has no parser: of a template literal that stands in another one rjsmin takes the blanks."""
    assert shape(assets.minified_script(script.read_text())) == shape(script.read_text())


def shape(script: str) -> list[object]:
    """The syntax tree without comments and the ends of statements.

    Private names stand for their order, and the names of a module's numbers for these.
    """
    tree = Parser(Language(tree_sitter_javascript.language())).parse(script.encode())
    assert not tree.root_node.has_error
    return [*nodes(tree.root_node, {}, dict(filter(None, map(number, tree.root_node.children))))]


def number(node: Node) -> tuple[bytes, bytes] | None:
    """The name and the value of a number, if this is the declaration of one."""
    declared = re.fullmatch(rb"const ([A-Z0-9_]+) ?= ?(\d[\d_.]*);?", node.text or b"")
    return (declared[1], declared[2].replace(b"_", b"")) if declared else None


def nodes(node: Node, names: dict[bytes | None, int], numbers: dict[bytes, bytes]) -> Iterator[object]:
    if node.type == "private_property_identifier":
        yield names.setdefault(node.text, len(names))
    elif node.type in ("number", "identifier") and node.text:
        yield numbers.get(node.text, node.text.replace(b"_", b"") if node.type == "number" else node.text)
    elif node.type != "comment" and number(node) is None:
        yield from inside(node, names, numbers)


def inside(node: Node, names: dict[bytes | None, int], numbers: dict[bytes, bytes]) -> Iterator[object]:
    """Declarations count one by one, and the parentheses of a function's one parameter for nothing."""
    children = [child for child in node.children if child.type != ";" or node.type == "for_statement"]
    is_constant = node.type == "lexical_declaration" and node.text is not None and node.text.startswith(b"const")
    if is_constant:
        children = [child for child in children if child.type == "variable_declarator"]
    elif is_one_parameter(node):
        children = [children[1]]
    else:
        yield node.type if node.child_count else node.text
    for child in children:
        if is_constant:
            yield "const"
        yield from nodes(child, names, numbers)
    if node.type == "export_statement":
        yield "the end of what is exported"


def is_one_parameter(node: Node) -> bool:
    function = node.parent
    if node.type != "formal_parameters" or function is None or function.type != "arrow_function":
        return False
    return [child.type for child in node.children] == ["(", "identifier", ")"]


def test_declarations_are_joined_and_what_is_exported_stays_alone() -> None:
    source = "export const a = 1;\nconst b = (x) => ({ x });\nconst { c } = b;\nfor (const d of c) d();\nconst e = 1;\n"
    assert assets.minified_script(source) == "export const a=1;const b=x=>({x}),{c}=b;for(const d of c)d();const e=1;"


def test_numbers_take_the_places_of_their_names() -> None:
    source = (
        "const MOST = 1_000;\nexport const FEW = 2;\nexport const half = (MOST_OF) => [MOST / FEW, a.MOST, MOST_OF];\n"
    )
    assert assets.minified_script(source) == "export const FEW=2;export const half=MOST_OF=>[1000/FEW,a.MOST,MOST_OF];"
