"""Tests of the house: what the project's files have to agree about."""
