import django.contrib.auth.validators
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('Dweb', '0003_search'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='room',
            options={'verbose_name': 'room', 'verbose_name_plural': 'rooms'},
        ),
        migrations.AlterModelOptions(
            name='user',
            options={'verbose_name': 'person', 'verbose_name_plural': 'people'},
        ),
        migrations.AlterField(
            model_name='room',
            name='name',
            field=models.CharField(max_length=64, unique=True, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='room',
            name='seq',
            field=models.BigIntegerField(default=0, editable=False, verbose_name='events'),
        ),
        migrations.AlterField(
            model_name='user',
            name='account',
            field=models.CharField(error_messages={'unique': 'This account is taken: choose another one, or sign in.'}, max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator(message='An account has letters, digits and @ . + - _ only.')], verbose_name='account'),
        ),
        migrations.AlterField(
            model_name='user',
            name='date_joined',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='registered'),
        ),
    ]
