"""Admins at a real server, at the same moment: of two who take the role from each other, or give it away, one stays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from ..support.server import Server, Visitor

ROUNDS = 6
MAKE_ADMINS = "from Dweb.models import User; User.objects.update(is_staff=True, is_superuser=True)"


def is_admin(person: Visitor) -> bool:
    status = person.get("/manage/health/").status
    assert status in (200, 404)
    return status == 200


def test_of_two_admins_who_lose_the_role_at_once_one_stays(make_server: Callable[..., Server]) -> None:
    server = make_server(SEND_RATE=100_000, SEND_BURST=100_000)
    one, two = server.people(2)
    server.run("manage.py", "shell", "--no-imports", "-c", MAKE_ADMINS)

    def demote(by: Visitor, whom: Visitor) -> int:
        return by.post(f"/manage/people/{whom.userid}/", deed="role", role="member").status

    with ThreadPoolExecutor(2) as pool:
        for turn in range(ROUNDS):
            pairs = [(one, two), (two, one)] if turn % 2 else [(one, one), (two, two)]
            statuses = [*pool.map(demote, *zip(*pairs, strict=True))]
            assert 302 in statuses
            assert {*statuses} <= {302, 400, 403, 404}
            [left] = [person for person in (one, two) if is_admin(person)]
            other = two if left is one else one
            back = left.post(f"/manage/people/{other.userid}/", deed="role", role="admin")
            assert back.status == 302
            assert is_admin(other)
    assert server.faults() == []
