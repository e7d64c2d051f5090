"""Approval: who decides, what is recorded, and what is left of an account that was refused."""

from collections.abc import Callable

import pytest

from Dweb.accounts import approval
from Dweb.models import Record, User
from Dweb.refusal import Refusal

from ..support.fakes import make_user

WAITING = {"is_active": False, "waiting": True}
DECISIONS = pytest.mark.parametrize("decide", [approval.approve, approval.refuse])


@pytest.fixture
def admin(db: None) -> User:
    return make_user("root", is_superuser=True)


@pytest.fixture
def ann(db: None) -> User:
    return make_user("ann", **WAITING)


def refused(decide: Callable[[User, User], None], by: User, user: User) -> str:
    with pytest.raises(Refusal) as refusal:
        decide(by, user)
    return refusal.value.code


def recorded() -> list[tuple[str, User | None, User | None]]:
    return [(record.deed, record.by, record.whom) for record in Record.objects.order_by("pk")]


def test_who_is_let_in_waits_no_more(admin: User, ann: User) -> None:
    approval.approve(admin, ann)
    ann.refresh_from_db()
    assert (ann.is_active, ann.waiting, ann.is_superuser) == (True, False, False)
    assert not approval.waiting().exists()
    assert recorded() == [("approved", admin, ann)]


def test_who_is_refused_stays_out_and_the_account_is_free_again(admin: User, ann: User) -> None:
    approval.refuse(admin, ann)
    assert recorded() == [("refused", admin, ann)]
    ann.refresh_from_db()
    assert (ann.is_active, ann.waiting, ann.has_usable_password()) == (False, False, False)
    assert "ann" not in (ann.account, ann.username)
    make_user("ann")


@DECISIONS
@pytest.mark.parametrize("fields", [{}, {"is_staff": True}, {"is_superuser": True, "is_active": False}])
def test_only_admins_decide(
    ann: User, bob: User, fields: dict[str, bool], decide: Callable[[User, User], None]
) -> None:
    User.objects.filter(pk=bob.pk).update(**fields)
    assert refused(decide, bob, ann) == "forbidden"
    assert approval.waiting().get() == ann
    assert recorded() == []


@DECISIONS
@pytest.mark.parametrize("fields", [{}, {"is_active": False}, {"waiting": True}])
def test_only_those_who_wait_are_decided_about(
    admin: User, bob: User, fields: dict[str, bool], decide: Callable[[User, User], None]
) -> None:
    User.objects.filter(pk=bob.pk).update(**fields)
    assert refused(decide, admin, bob) == "bad_input"
    assert recorded() == []


def test_of_two_admins_the_first_one_decides(admin: User, ann: User) -> None:
    approval.approve(admin, ann)
    assert refused(approval.refuse, make_user("other", is_superuser=True), ann) == "bad_input"
    assert recorded() == [("approved", admin, ann)]
    assert User.objects.get(pk=ann.pk).is_active


def test_one_browser_signs_in_once_and_only_as_the_first(admin: User, ann: User) -> None:
    assert approval.enter(ann.pk) is None
    approval.approve(admin, ann)
    assert approval.enter(ann.pk) == ann
    assert approval.enter(ann.pk) is None
    assert approval.enter(ann.pk + 1) is None


def test_those_who_wait_longest_come_first(db: None) -> None:
    people = [make_user(account, **WAITING) for account in ("zoe", "ann")]
    make_user("closed", is_active=False)
    assert [*approval.waiting()] == people
