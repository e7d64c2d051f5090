"""Copies a chat from one database to another, for `manage.py copydata`. No server imports this."""
