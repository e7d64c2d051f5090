"""The JavaScript client as it lies at the server, in a page that is not ours."""

from collections.abc import Callable

import pytest

from ...support.server import Server, Visitor
from ..tab import Tab

pytestmark = pytest.mark.browser

SCRIPT = """async ([room, text]) => {
    const { Client } = await import("/static/js/client/client.js");
    const csrf = () => /csrftoken=([^;]*)/.exec(document.cookie)[1];
    const chat = new Client({ url: location.origin, csrf, rooms: [room] });
    const first = chat.events().next();
    await new Promise(resolve => chat.addEventListener("frame", ({detail}) => detail.type === 0 && resolve()));
    const sent = await chat.send({ room, txt: text });
    const { value } = await first;
    const state = chat.state;
    chat.close();
    return [sent.seq, value.data.seq, value.data.msg, state, chat.state];
}"""


def test_a_page_of_the_same_host_imports_it_and_uses_the_session(
    visit: Callable[..., Tab], server: Server, two: tuple[Visitor, Visitor], room: str
) -> None:
    tab = visit(server, two[0], "/static/icon.svg")
    assert tab.page.evaluate(SCRIPT, [room, "from a page"]) == [1, 1, "from a page", "online", "closed"]
