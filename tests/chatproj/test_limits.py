"""Limits that only make sense together."""

from chatproj import limits


def test_people_who_hash_and_search_at_once_leave_threads_for_everyone_else() -> None:
    held = limits.HASH_QUEUE + limits.SEARCHES_AT_ONCE + limits.SEARCHES_WAITING
    assert held <= limits.HTTP_THREADS - limits.HTTP_THREADS // 8
    assert held + limits.FILES_WAITING < limits.HTTP_THREADS
