"""The time zones of people."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('Dweb', '0014_sessions'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='time_zone',
            field=models.CharField(editable=False, max_length=64, null=True),
        ),
    ]
