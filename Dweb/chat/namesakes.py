"""Namesakes: people whose names are or look the same. All of them are shown with their accounts."""

from django.db.models import Q

from ..models import User


def mark(user: User) -> list[User]:
    """Marks a user whose name is new, and those who have a name like it. Returns those who were not marked before.

    Called after COMMIT: of two users who get the same name at once, the later call sees both. A user stays marked when
    a namesake gets another name.
    """
    alike = User.objects.filter(Q(skeleton=user.skeleton) | Q(name_key=user.name_key)).exclude(pk=user.pk)
    user.shows_account = alike.exists()
    if not user.shows_account:
        User.objects.filter(pk=user.pk, shows_account=True).update(shows_account=False)
        return []
    others = list(alike.filter(shows_account=False))
    User.objects.filter(pk__in=[user.pk, *(other.pk for other in others)]).update(shows_account=True)
    for other in others:
        other.shows_account = True
    return others
