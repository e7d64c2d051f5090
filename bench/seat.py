"""Seats all accounts in rooms, in turn: python -m bench.seat ROOMS, on the environment's database."""

import os
import sys


def seat(count: int) -> None:
    from Dweb.models import Membership, Room, User

    names = [f"room{number}" for number in range(count)]
    rooms = Room.objects.bulk_create([Room(name=name, title=name) for name in names])
    people = User.objects.order_by("pk")
    Membership.objects.bulk_create(
        [Membership(user=user, room=rooms[number % count]) for number, user in enumerate(people)]
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatproj.settings")
    import django

    django.setup()
    seat(int(sys.argv[1]))
