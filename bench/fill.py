"""Fills the lobby and the search index with events: python -m bench.fill COUNT, on the environment's database."""

import os
import sys

AT_ONCE = 20_000


def fill(count: int) -> None:
    from django.db import transaction
    from django.utils import timezone

    from Dweb.models import LOBBY, Event, Room, User, event_id
    from Dweb.search import index as search

    room, user, now = Room.objects.get(name=LOBBY), User.objects.earliest("pk"), timezone.now()
    for first in range(room.seq + 1, room.seq + count + 1, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, count + 1))
        rows = [
            Event(id=event_id(room.pk, seq), room=room, seq=seq, user=user, text=f"event {seq}", time=now)
            for seq in numbers
        ]
        room.seq = numbers[-1]
        with transaction.atomic():
            Event.objects.bulk_create(rows)
            search.add([(row.pk, row.text) for row in rows])
            room.save(update_fields=["seq"])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatproj.settings")
    import django

    django.setup()
    fill(int(sys.argv[1]))
