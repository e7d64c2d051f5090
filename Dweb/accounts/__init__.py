"""Accounts: signing in, registering, sessions and their end."""

from .backend import AccountBackend as AccountBackend  # the name that every stored session holds
