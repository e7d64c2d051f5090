"""Who was in a room has read what was said there, where nobody has noted how far: no mark means nothing now."""

from django.db import migrations

MARK = """
    INSERT INTO mark (user_id, room_id, seq)
    SELECT person.user_id, room.id, room.seq FROM {people} AS person JOIN room ON {rooms}
    LEFT JOIN mark AS known ON known.user_id = person.user_id AND known.room_id = room.id
    WHERE known.id IS NULL
"""
# In private chats all of it was said to them, and counts until it is read.
MEMBERS = MARK.format(people="membership", rooms="room.id = person.room_id AND SUBSTR(room.name, 1, 1) <> '@'")
LOBBY = MARK.format(people="user", rooms="room.name = 'lobby'")


class Migration(migrations.Migration):
    dependencies = [
        ("Dweb", "0004_words"),
    ]

    operations = [
        migrations.RunSQL([MEMBERS, LOBBY], migrations.RunSQL.noop),
    ]
