"""Writes and reads the rooms' logs."""
