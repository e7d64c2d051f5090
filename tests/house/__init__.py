"""Tests of the source itself: which folder may import which, how long files are, which names are used."""
