"""Finds messages by what they say."""
