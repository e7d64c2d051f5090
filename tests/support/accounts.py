"""Makes many accounts at once, signed in: python -m tests.support.accounts COUNT [NAME …] prints them as JSON.

Runs in a process of its own, because it works on the server's database, not on the tests'.
"""

import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module


def make(count: int, usernames: Sequence[str] = ()) -> list[dict[str, object]]:
    """Their names are `usernames`, as far as these go."""
    from django.conf import settings
    from django.contrib.auth.hashers import make_password

    from Dweb.models import User

    password = make_password("unused", hasher="argon2")
    first = User.objects.count()
    names = [f"person{first + number}" for number in range(count)]
    shown = [*usernames, *(name.title() for name in names[len(usernames) :])]
    pairs = zip(names, shown, strict=True)
    User.objects.bulk_create([User(account=name, username=username, password=password) for name, username in pairs])
    store = import_module(settings.SESSION_ENGINE).SessionStore
    people = []
    for user in User.objects.filter(account__in=names).order_by("pk"):
        session = store()
        session["_auth_user_id"] = str(user.pk)
        session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
        session["_auth_user_hash"] = user.get_session_auth_hash()
        session.create()
        people.append({"userid": user.pk, "username": user.username, "session": session.session_key})
    return people


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatproj.settings")
    import django

    django.setup()
    from django.db import transaction

    with transaction.atomic():
        everyone = make(int(sys.argv[1]), sys.argv[2:])
    print(json.dumps(everyone))
