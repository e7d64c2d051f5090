"""The thread that has previews made: which pictures, in which order, and what is noted of them."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import OperationalError
from django.utils import timezone

from Dweb.files import previews as module
from Dweb.files.previews import Previews
from Dweb.files.storage import files_storage, new_name, preview_name
from Dweb.models import Attachment, File, User

from ..support.fakes import make_user
from ..support.waiting import wait_until
from .crafted import noise, saved

State = File.Preview
PICTURE = saved(noise(30, 20), "PNG")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"files": files}
    return tmp_path


@pytest.fixture
def previews() -> Iterator[Previews]:
    made = Previews()
    yield made
    made.stop()
    made._child.end()


def picture(owner: User, data: bytes = PICTURE, *, sent: bool = True, age: int = 0, **fields: Any) -> File:
    stored = files_storage().save(new_name(), ContentFile(data))
    made = timezone.now() - timedelta(seconds=age)
    values = {"size": len(data), "type": "image/png", "preview": State.WAITING} | fields
    file = File.objects.create(owner=owner, name="a.png", stored=stored, made=made, **values)
    if sent:
        Attachment.objects.create(event=1, file=file, place=0)
    return file


def state(file: File) -> int:
    return File.objects.get(pk=file.pk).preview


def has_previews(file: File) -> bool:
    return all(files_storage().exists(preview_name(file.stored, size)) for size in ("small", "large"))


def test_both_previews_are_made(alice: User, previews: Previews) -> None:
    file = picture(alice)
    previews._make_all()
    assert state(file) == State.MADE
    assert has_previews(file)


def test_a_picture_that_cannot_be_decoded_has_none_and_the_next_one_has(alice: User, previews: Previews) -> None:
    broken, good = picture(alice, b"\x89PNG broken", age=2), picture(alice, age=1)
    previews._make_all()
    assert [state(broken), state(good)] == [State.FAILED, State.MADE]
    assert not has_previews(broken)


def test_only_pictures_of_messages_that_wait_have_previews_made(alice: User, previews: Previews) -> None:
    states = (State.NONE, State.MADE, State.FAILED, State.MAKING, State.AGAIN)
    files = [picture(alice, preview=each) for each in states]
    unsent = picture(alice, sent=False)
    previews._make_all()
    assert [state(file) for file in files] == [*states]
    assert state(unsent) == State.WAITING
    assert not any(map(has_previews, [*files, unsent]))


def test_the_oldest_comes_first(alice: User, previews: Previews) -> None:
    ages = (1, 3, 2)
    files = {age: picture(alice, age=age) for age in ages}
    assert [previews._next() for _ in range(4)] == [files[3], files[2], files[1], None]


def test_who_sends_many_lets_others_go_first(alice: User, previews: Previews) -> None:
    many = [picture(alice, age=100 - number) for number in range(3)]
    one = picture(make_user("bob"), age=1)
    order = []
    while (file := previews._next()) is not None:
        order.append(file)
    assert order == [many[0], one, many[1], many[2]]


def test_two_processes_do_not_make_the_same(alice: User, previews: Previews) -> None:
    other = Previews()
    files = [picture(alice) for _ in range(4)]
    taken = [each._next() for each in (previews, other, previews, other)]
    assert {file.pk for file in taken if file} == {file.pk for file in files}
    assert other._next() is None


def test_what_was_interrupted_is_tried_once_more_and_no_further(alice: User, previews: Previews) -> None:
    once, twice = picture(alice, preview=State.MAKING), picture(alice, preview=State.AGAIN)
    previews._find_interrupted()
    assert state(twice) == State.FAILED
    assert previews._next() == once
    assert state(once) == State.AGAIN
    later = Previews()
    later._find_interrupted()
    assert state(once) == State.FAILED


def test_a_file_whose_bytes_are_gone_has_none(alice: User, previews: Previews) -> None:
    file = picture(alice)
    files_storage().delete(file.stored)
    previews._make_all()
    assert state(file) == State.FAILED


def test_previews_of_a_file_that_was_deleted_meanwhile_are_deleted(
    alice: User, previews: Previews, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, make = picture(alice), previews._make

    def made(*arguments: Any) -> str | None:
        fault = make(*arguments)
        assert has_previews(file)
        Attachment.objects.all().delete()
        file.delete()
        return fault

    monkeypatch.setattr(previews, "_make", made)
    previews._make_all()
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_storage_that_fails_makes_a_picture_wait_and_not_the_others(
    alice: User, previews: Previews, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = picture(alice, age=2), picture(alice, age=1)
    store = module._store

    def failing(path: Path, name: str) -> None:
        if name.startswith(first.stored):
            raise OSError("The disk is full.")
        store(path, name)

    monkeypatch.setattr(module, "_store", failing)
    previews._make_all()
    assert [state(first), state(second)] == [State.WAITING, State.MADE]
    monkeypatch.setattr(module, "_store", store)
    previews._postponed.clear()
    previews._make_all()
    assert state(first) == State.MADE


def test_what_the_database_could_not_note_is_made_again(
    alice: User, previews: Previews, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = picture(alice)
    with monkeypatch.context() as patch:
        patch.setattr(previews, "_make", lambda file, folder: None)
        patch.setattr(module.File.objects, "filter", failing_when_noted(module.File.objects.filter))
        with pytest.raises(OperationalError):
            previews._make_all()
    assert state(file) == State.MAKING
    previews._make_all()
    assert state(file) == State.MADE
    assert has_previews(file)


def failing_when_noted(filter: Any) -> Any:
    """`File.objects.filter`, which fails for the update by the key alone."""

    def failing(*arguments: Any, **fields: Any) -> Any:
        found = filter(*arguments, **fields)
        if [*fields] == ["pk"]:
            found.update = lambda **values: (_ for _ in ()).throw(OperationalError("away"))
        return found

    return failing


def test_a_storage_elsewhere_is_asked_for_the_bytes(
    alice: User, previews: Previews, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "files_storage", lambda: Elsewhere(files_storage()))
    file, gone = picture(alice), picture(alice)
    files_storage().delete(gone.stored)
    previews._make_all()
    assert [state(file), state(gone)] == [State.MADE, State.FAILED]
    assert has_previews(file)


class Elsewhere:
    """A storage whose files have no paths on this machine."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    def path(self, name: str) -> str:
        raise NotImplementedError


def test_made_once_more_they_keep_their_names(alice: User, previews: Previews) -> None:
    file = picture(alice)
    for size in ("small", "large"):
        files_storage().save(preview_name(file.stored, size), ContentFile(b"of a first try"))
    previews._make_all()
    for size in ("small", "large"):
        with files_storage().open(preview_name(file.stored, size)) as preview:
            assert preview.read(4) == b"RIFF"


@pytest.mark.django_db(transaction=True)
def test_the_thread_makes_what_waits_and_what_comes(transactional_db: None, settings: Any) -> None:
    alice, previews = make_user("alice"), Previews()
    first = picture(alice)
    previews.start()
    try:
        wait_until(lambda: state(first) == State.MADE)
        second = picture(alice)
        previews.wake()
        wait_until(lambda: state(second) == State.MADE)
        assert [thread.name for thread in threading.enumerate()].count("previews") == 1
    finally:
        previews.stop()
    assert previews._child.pid is None


@pytest.mark.django_db(transaction=True)
def test_a_stop_leaves_the_picture_to_the_next_server(transactional_db: None, settings: Any) -> None:
    alice, previews = make_user("alice"), Previews()
    previews.start()
    try:
        picture(alice)
        previews.wake()
        wait_until(lambda: previews._child.pid is not None)
    finally:
        previews.stop()
    assert set(File.objects.values_list("preview", flat=True)) <= {State.WAITING, State.MADE}
