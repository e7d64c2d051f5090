"""Moves a whole chat from one database to another: `manage.py copydata`. No server needs any of it."""
