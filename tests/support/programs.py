"""Programs that act for people, with a token instead of a session."""

from .server import Server, Visitor


class Program(Visitor):
    """Has neither cookies nor a CSRF token."""

    def __init__(self, server: Server, person: Visitor, token: str) -> None:
        super().__init__(server, person.userid, person.username, "")
        self.token = token

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def program_of(person: Visitor, **wanted: object) -> Program:
    """A program of this person, at their server, with a token as the fields of POST /tokens/ say."""
    answer = person.post("/tokens/", **{"name": "test", **wanted})
    assert answer.status == 200, answer.body
    return Program(person.server, person, answer.json()["token"])
