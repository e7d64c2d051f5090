"""The search index and the keys of names, with what there is already in them."""

from django.db import migrations, models, transaction

import Dweb.models
from Dweb.search import index as search
from Dweb.models import name_key

BATCH = 1_000


class CreateKeyTable(migrations.CreateModel):
    """A table that is its primary key, as all are with InnoDB: on SQLite one without row ids."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        plain = schema_editor.sql_create_table
        if schema_editor.connection.vendor == 'sqlite':
            schema_editor.sql_create_table = f'{plain} WITHOUT ROWID'
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        if schema_editor.connection.vendor == 'sqlite':
            schema_editor.sql_create_table = plain


def fill_names(apps, schema_editor):
    people = apps.get_model('Dweb', 'User').objects.using(schema_editor.connection.alias)
    for users in batches(people.only('username')):
        for user in users:
            user.name_key = name_key(user.username)
        people.bulk_update(users, ['name_key'])


def fill_index(apps, schema_editor):
    log = apps.get_model('Dweb', 'Event').objects.using(schema_editor.connection.alias)
    for events in batches(log.filter(kind=1).only('text')):
        with transaction.atomic():
            search.add([(event.pk, event.text) for event in events])


def batches(rows):
    """All rows in the order of their keys, so many at a time."""
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by('pk')[:BATCH]):
        yield found
        last = found[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('Dweb', '0002_changes'),
    ]

    operations = [
        CreateKeyTable(
            name='Posting',
            fields=[
                ('pk', models.CompositePrimaryKey('block', 'term', 'place', blank=True, editable=False, primary_key=True, serialize=False)),
                ('block', models.BigIntegerField()),
                ('term', models.CharField(max_length=24)),
                ('place', models.SmallIntegerField()),
            ],
            options={
                'db_table': 'posting',
            },
        ),
        migrations.AddField(
            model_name='user',
            name='name_key',
            field=Dweb.models.NameKeyField(db_index=True, default='', editable=False, max_length=60),
        ),
        migrations.RunPython(fill_names, migrations.RunPython.noop),
        migrations.RunPython(fill_index, migrations.RunPython.noop),
    ]
