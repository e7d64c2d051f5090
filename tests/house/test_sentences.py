"""The sentences that people can see: each is given to gettext, in Python, in templates and in scripts."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "template").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))
# What speaks to the people who run the server, on a terminal, is English.
TERMINAL = {"management", "migrations", "databases", "soak"}
MODULES = [path for path in sorted((ROOT / "Dweb").rglob("*.py")) if not TERMINAL & {*path.parts}]

GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
SAID_BY = {"Refusal": 1, "ValidationError": 0}  # which argument is the sentence
SAID_AS = {"label", "labels", "help_text", "help_texts", "message", "error_messages", "verbose_name"} | {
    "verbose_name_plural",
    "short_description",
}
LITERAL_NAMES = {"Dweb", "Ctrl K"}


# --- Python -----------------------------------------------------------------------------------------


def called(node: ast.AST) -> str:
    """The last name of what a call calls: Refusal, CharField; "" for anything else."""
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "attr", getattr(function, "id", ""))


def strings(node: ast.AST) -> Iterator[str]:
    """The literal words in an expression that are not given to gettext."""
    if called(node) in GETTEXT:
        return
    if isinstance(node, ast.Constant | ast.JoinedStr):
        text = node.value if isinstance(node, ast.Constant) else ast.unparse(node)
        if isinstance(text, str) and re.search(r"[^\W\d_]", text):
            yield text
        return
    parts: list[ast.AST] = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.Dict):
        parts = [*node.values]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        parts = [node.left]
    for part in parts:
        yield from strings(part)


def spoken(node: ast.AST) -> Iterator[ast.AST]:
    """The expressions in one node whose words people will read."""
    if isinstance(node, ast.Call):
        name = called(node)
        if name in SAID_BY:
            yield from node.args[SAID_BY[name] :][:1]
        elif name == "add_error":
            yield from node.args[1:2]
        elif name.endswith("Field") and name != "getattr":
            yield from (each for each in node.args if isinstance(each, ast.Constant))
        yield from (each.value for each in node.keywords if each.arg in SAID_AS | {"detail"})
    elif isinstance(node, ast.Assign):
        names = {getattr(target, "id", "") for target in node.targets}
        if names & SAID_AS:
            yield node.value
        if names & {"fieldsets", "add_fieldsets"} and isinstance(node.value, ast.Tuple):
            yield from (each.elts[0] for each in node.value.elts if isinstance(each, ast.Tuple))


def sentences(node: ast.AST, top: bool = True) -> Iterator[str]:
    """Whatever else looks like a sentence, wherever it stands; not docstrings, and not what is logged."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if isinstance(child, ast.Call) and ast.unparse(child.func).startswith("logger."):
            continue
        if isinstance(child, ast.Constant | ast.JoinedStr):
            yield from (text for text in strings(child) if re.match(r"(f['\"])?[A-Z]\w* .*\w.*[.:!?…]['\"]?$", text))
        elif called(child) not in GETTEXT:
            yield from sentences(child)


def unwrapped(source: str) -> list[str]:
    tree = ast.parse(source)
    found = [text for node in ast.walk(tree) for said in spoken(node) for text in strings(said)]
    return sorted({*found, *sentences(tree)})


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_every_sentence_of_python_is_given_to_gettext(module: Path) -> None:
    assert unwrapped(module.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "raise Refusal('bad_input', 'No')",
        "raise Refusal('bad_input', f'No {x}')",
        "raise Refusal('bad_input', 'No %s' % _('x'))",
        "raise forms.ValidationError('No')",
        "self.add_error('x', 'No')",
        "x = models.CharField('name')",
        "x = forms.CharField(help_text='why')",
        "labels = {'x': _('y'), 'z': 'why'}",
        "fieldsets = ((None, {}), ('Dates', {}))",
        "detail = 'This is wrong.'",
        "detail = f'{x}' if x else 'This is wrong.'",
    ],
)
def test_a_sentence_that_is_not_given_to_gettext_is_found(source: str) -> None:
    assert unwrapped(source) != []
    assert unwrapped(re.sub(r"f?('[^']*')", r"_(\1)", source).replace("_(_(", "_((")) == []


# --- Templates and scripts ----------------------------------------------------------------------------


class Words(HTMLParser):
    """Collects the text and the attributes that people read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        read = {"title", "placeholder", "alt", "label", "aria-label", "aria-description", "aria-placeholder"}
        self.found += [value or "" for name, value in attrs if name in read or (tag, name) == ("input", "value")]


TAGS = re.compile(
    r"{%\s*block \w+_attributes.*?endblock\s*%}|{%\s*comment.*?endcomment\s*%}"
    r"|{%\s*blocktrans.*?endblocktrans(?:late)?\s*%}|{%.*?%}|{{.*?}}|{#.*?#}",
    re.DOTALL,
)


def untranslated(template: str) -> list[str]:
    words = Words()
    words.feed(TAGS.sub("", template))
    given = re.findall(r'{%\s*include[^%]*?\w="([^"]*)"', template)
    names = {"", *LITERAL_NAMES}
    texts = [text.strip(" ·") for text in [*words.found, *given]]
    return [text for text in texts if text not in names and re.search(r"[^\W\d_]", text)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_every_word_of_a_template_is_in_a_translate_tag(template: Path) -> None:
    assert untranslated(template.read_text()) == []


@pytest.mark.parametrize("template", ["<p>No</p>", '<a title="No">', '{% include "a.html" with submit="No" %}'])
def test_a_word_outside_a_translate_tag_is_found(template: str) -> None:
    assert untranslated(template) == ["No"]


def code(script: Path) -> str:
    """Without its comments."""
    return re.sub(r"(^|\s)// .*", "", script.read_text())


CALL = re.compile(r'\b(?:_|ngettext)\(\s*("(?:\\.|[^"\\])*")(?:,\s*("(?:\\.|[^"\\])*"),)?')


OF_THE_PAGE = [script for script in SCRIPTS if script.parent.name != "client"]  # what is for programs is in English


@pytest.mark.parametrize("script", OF_THE_PAGE, ids=lambda path: path.stem)
def test_every_sentence_of_a_script_is_given_to_gettext(script: Path) -> None:
    """What looks like one: a capital, and further words. tests/browser/ looks at what the pages then show."""
    bare = CALL.sub("", code(script))
    literals = [one or other for one, other in re.findall(r'"((?:\\.|[^"\\\n])*)"|`([^`]*)`', bare)]
    assert [text for text in literals if re.search(r"(^|[\s}])[A-Z][a-z]+ \w", text)] == []
