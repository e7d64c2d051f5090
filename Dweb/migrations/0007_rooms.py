"""Quotas; and the rooms that users have made and left without a message: such rooms go from now on."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

EMPTY = "DELETE FROM room WHERE seq = 0 AND name <> 'lobby' AND id NOT IN (SELECT room_id FROM membership)"
MARKS = "DELETE FROM mark WHERE room_id NOT IN (SELECT id FROM room)"


class Migration(migrations.Migration):
    dependencies = [
        ("Dweb", "0006_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="Quota",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.PositiveSmallIntegerField(choices=[(1, "Room"), (2, "Private Chat")])),
                ("full_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "quota",
                "constraints": [models.UniqueConstraint(fields=("user", "kind"), name="quota_once")],
            },
        ),
        migrations.RunSQL([EMPTY, MARKS], migrations.RunSQL.noop),
    ]
