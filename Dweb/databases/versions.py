"""Tells whether a newer version of this project has changed a database's tables."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader


def unknown_migrations(database: BaseDatabaseWrapper) -> list[str]:
    """The migrations of a database that this version does not have, such as Dweb.0007_later."""
    loader = MigrationLoader(database)
    applied = {key for key in loader.applied_migrations if key[0] in loader.migrated_apps}
    return [".".join(key) for key in sorted(applied - loader.disk_migrations.keys())]
