"""Fills the lobby's log: python -m tests.support.backlog COUNT, as the first account, on a server's database."""

import os
import sys


def fill(count: int) -> None:
    from django.utils import timezone

    from Dweb.models import Event, Room, User, event_id

    lobby, user = Room.objects.get(name="lobby"), User.objects.order_by("pk").first()
    first, lobby.seq = lobby.seq + 1, lobby.seq + count
    now = timezone.now()
    rows = (
        Event(id=event_id(lobby.pk, seq), room=lobby, seq=seq, user=user, text=f"old {seq} ".ljust(60, "."), time=now)
        for seq in range(first, lobby.seq + 1)
    )
    Event.objects.bulk_create(rows, batch_size=1_000)
    lobby.save()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatproj.settings")
    import django

    django.setup()
    from django.db import transaction

    with transaction.atomic():
        fill(int(sys.argv[1]))
