"""The search index and the keys of names, filled from the rows that exist.

What fills them is a copy of the code of its day: a migration must not change with the code that lives.
"""

import re
import unicodedata
from itertools import pairwise

from django.db import migrations, models, transaction

import Dweb.models

BATCH = 1_000
BLOCK_EVENTS = 2**10
NAME_CHARS = 60
TERM_CHARS = 24
MAX_TERMS = 4_000

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\uac00-\ud7a3"
    "\u3041-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff"
    "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
)
MARKS = "\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963\u0980-\u0dff"
RUN = re.compile(f"[{UNSPACED}]+")
WORD = re.compile(f"[^\\W_{UNSPACED}]+(?:[{MARKS}]+[^\\W_{UNSPACED}]*)*")
ACCENTS = re.compile("[\u0300-\u036f]+")


class CreateKeyTable(migrations.CreateModel):
    """A table that is its primary key, as all are with InnoDB: on SQLite one without row ids."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        plain = schema_editor.sql_create_table
        if schema_editor.connection.vendor == 'sqlite':
            schema_editor.sql_create_table = f'{plain} WITHOUT ROWID'
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        if schema_editor.connection.vendor == 'sqlite':
            schema_editor.sql_create_table = plain


def name_key(name):
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return (name.lower() if name.isascii() else folded)[:NAME_CHARS]


def terms(text):
    """Words, and of runs without spaces each two characters that meet and the last one."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    folded = unicodedata.normalize("NFC", ACCENTS.sub("", folded))
    found = dict.fromkeys([word[:TERM_CHARS] for word in WORD.findall(folded)])
    for run in RUN.findall(folded):
        found.update(dict.fromkeys(map("".join, pairwise(run))))
        found[run[-1]] = None
    return list(found)[:MAX_TERMS]


def fill_names(apps, schema_editor):
    people = apps.get_model('Dweb', 'User').objects.using(schema_editor.connection.alias)
    for users in batches(people.only('username')):
        for user in users:
            user.name_key = name_key(user.username)
        people.bulk_update(users, ['name_key'])


def fill_index(apps, schema_editor):
    database = schema_editor.connection
    log = apps.get_model('Dweb', 'Event').objects.using(database.alias)
    insert = 'INSERT INTO posting (block, term, place) VALUES (%s, %s, %s)'
    for events in batches(log.filter(kind=1).only('text')):
        rows = [(each.pk // BLOCK_EVENTS, term, each.pk % BLOCK_EVENTS) for each in events for term in terms(each.text)]
        with transaction.atomic(database.alias), database.cursor() as cursor:
            cursor.executemany(insert, sorted(rows))


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
