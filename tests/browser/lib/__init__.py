"""Tests of static/js/lib/ in a real browser."""
