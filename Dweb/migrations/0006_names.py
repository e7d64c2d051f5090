"""The keys by which names are compared, filled from the names that exist.

The keys come from the code that lives: they are compared with keys that it makes.
"""

from django.db import migrations, models
from django.db.models import Count

import Dweb.models.names
from Dweb.models.names import KEY_CHARS, name_key, skeleton

BATCH = 1_000


def fill(apps, schema_editor):
    people = apps.get_model('Dweb', 'User').objects.using(schema_editor.connection.alias)
    for users in batches(people.only('username', 'account')):
        for user in users:  # bulk_update() does not call pre_save()
            user.skeleton = skeleton(user.username)
            user.account_skeleton = skeleton(user.account)
        people.bulk_update(users, ['skeleton', 'account_skeleton'])
    rooms = apps.get_model('Dweb', 'Room').objects.using(schema_editor.connection.alias)
    for some in batches(rooms.only('name')):
        for room in some:
            room.name_key = name_key(room.name, KEY_CHARS)
            room.skeleton = skeleton(room.name)
        rooms.bulk_update(some, ['name_key', 'skeleton'])


def mark_namesakes(apps, schema_editor):
    people = apps.get_model('Dweb', 'User').objects.using(schema_editor.connection.alias)
    for key in ('skeleton', 'name_key'):
        shared = people.values(key).annotate(count=Count('pk')).filter(count__gt=1).values_list(key, flat=True)
        keys = list(shared)
        for at in range(0, len(keys), BATCH):
            people.filter(**{f'{key}__in': keys[at : at + BATCH]}).update(shows_account=True)


def batches(rows):
    """All rows in the order of their keys, so many at a time."""
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by('pk')[:BATCH]):
        yield found
        last = found[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('Dweb', '0005_marks'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='skeleton',
            field=Dweb.models.names.SkeletonField(db_default='', db_index=True, default='', editable=False, max_length=255, of='username'),
        ),
        migrations.AddField(
            model_name='user',
            name='account_skeleton',
            field=Dweb.models.names.SkeletonField(db_default='', db_index=True, default='', editable=False, max_length=255, of='account'),
        ),
        migrations.AddField(
            model_name='user',
            name='shows_account',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name="has a name like another's"),
        ),
        migrations.AddField(
            model_name='room',
            name='name_key',
            field=Dweb.models.names.NameKeyField(db_default='', db_index=True, default='', editable=False, max_length=255, of='name'),
        ),
        migrations.AddField(
            model_name='room',
            name='skeleton',
            field=Dweb.models.names.SkeletonField(db_default='', db_index=True, default='', editable=False, max_length=255, of='name'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(mark_namesakes, migrations.RunPython.noop),
    ]
