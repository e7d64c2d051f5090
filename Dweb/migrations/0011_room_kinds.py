"""Kinds, titles, topics and roles. The rooms of today become open ones, and the first member of each its owner."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import Dweb.models.names

KINDS = """UPDATE room SET kind = CASE WHEN name = 'lobby' THEN 0 WHEN name LIKE '@%' THEN 3 ELSE 1 END"""
TITLES = "UPDATE room SET title = name, title_key = name_key, title_skeleton = skeleton WHERE kind <> 3"
# The inner SELECT makes a table of its own: MySQL updates no table that it reads.
OWNERS = """UPDATE membership SET role = 2 WHERE id IN (SELECT id FROM (
    SELECT MIN(membership.id) AS id FROM membership JOIN room ON room.id = room_id WHERE kind = 1 GROUP BY room_id
) AS first)"""


class Migration(migrations.Migration):

    dependencies = [
        ('Dweb', '0010_pinned'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='data',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='membership',
            name='banned',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='membership',
            name='hidden',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='membership',
            name='muted_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='membership',
            name='role',
            field=models.PositiveSmallIntegerField(choices=[(0, 'Member'), (1, 'Moderator'), (2, 'Owner')], db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='room',
            name='archived',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='room',
            name='frozen',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='room',
            name='kind',
            field=models.PositiveSmallIntegerField(choices=[(0, 'Lobby'), (1, 'Open'), (2, 'Private'), (3, 'Direct')], db_default=1, default=1),
        ),
        migrations.AddField(
            model_name='room',
            name='title',
            field=models.CharField(db_default='', default='', max_length=80),
        ),
        migrations.AddField(
            model_name='room',
            name='title_key',
            field=Dweb.models.names.NameKeyField(db_default='', db_index=True, default='', editable=False, max_length=255, of='title'),
        ),
        migrations.AddField(
            model_name='room',
            name='title_skeleton',
            field=Dweb.models.names.SkeletonField(db_default='', db_index=True, default='', editable=False, max_length=255, of='title'),
        ),
        migrations.AddField(
            model_name='room',
            name='topic',
            field=models.CharField(blank=True, db_default='', default='', max_length=250),
        ),
        migrations.AddField(
            model_name='user',
            name='is_guest',
            field=models.BooleanField(db_default=False, default=False, verbose_name='is a guest'),
        ),
        migrations.AddField(
            model_name='user',
            name='waiting',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AlterField(
            model_name='quota',
            name='kind',
            field=models.PositiveSmallIntegerField(choices=[(1, 'Room'), (2, 'Private Chat'), (3, 'Added')]),
        ),
        migrations.CreateModel(
            name='Record',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('time', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('deed', models.CharField(max_length=32)),
                ('room', models.CharField(default='', max_length=64)),
                ('reason', models.CharField(default='', max_length=250)),
                ('about', models.JSONField(null=True)),
                ('by', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('whom', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'record',
            },
        ),
        migrations.RunSQL([KINDS, TITLES, OWNERS], migrations.RunSQL.noop),
    ]
