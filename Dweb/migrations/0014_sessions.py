"""The sessions that users see, with those that are there; codes for further devices; a quota of names."""

from datetime import timedelta

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core import signing
from django.db import migrations, models
from django.utils import timezone

BATCH = 1_000


def fill(apps, schema_editor):
    """Lists the sessions of before, or their users could not end them. Their devices are not known."""
    now, age = timezone.now(), timedelta(seconds=settings.SESSION_COOKIE_AGE)
    alias = schema_editor.connection.alias
    sessions = apps.get_model('sessions', 'Session').objects.using(alias).filter(expire_date__gt=now)
    users = set(apps.get_model('Dweb', 'User').objects.using(alias).values_list('pk', flat=True))
    listed = apps.get_model('Dweb', 'UserSession')
    last = ''
    while found := list(sessions.filter(pk__gt=last).order_by('pk')[:BATCH]):
        last = found[-1].pk
        rows = []
        for session in found:
            user_id = user_of(session.session_data)
            if user_id in users:
                since = min(session.expire_date - age, now)
                rows.append(listed(key=session.pk, user_id=user_id, since=since, seen=since))
        listed.objects.using(alias).bulk_create(rows)


def user_of(data):
    store = SessionStore()
    try:
        return int(signing.loads(data, salt=store.key_salt, serializer=store.serializer)[SESSION_KEY])
    except (signing.BadSignature, KeyError, ValueError):
        return None  # nobody's, or of another SECRET_KEY


class Migration(migrations.Migration):

    dependencies = [
        ('Dweb', '0013_order'),
        ('sessions', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='quota',
            name='kind',
            field=models.PositiveSmallIntegerField(choices=[(1, 'Room'), (2, 'Private Chat'), (3, 'Added'), (4, 'Invitation'), (5, 'Report'), (6, 'Name')]),
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('auth_hash', models.CharField(max_length=64)),
                ('expires', models.DateTimeField()),
                ('state', models.PositiveSmallIntegerField(choices=[(0, 'Waiting'), (1, 'Asked'), (2, 'Allowed'), (3, 'Used'), (4, 'Refused')], default=0)),
                ('asker', models.CharField(default='', max_length=64)),
                ('browser', models.CharField(default='', max_length=20)),
                ('system', models.CharField(default='', max_length=20)),
                ('address', models.CharField(default='', max_length=45)),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'handover',
            },
        ),
        migrations.CreateModel(
            name='UserSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40, unique=True)),
                ('browser', models.CharField(default='', max_length=20)),
                ('system', models.CharField(default='', max_length=20)),
                ('address', models.CharField(default='', max_length=45)),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('seen', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'user_session',
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
