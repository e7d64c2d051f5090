"""Tests of static/js/notify/ in a real browser."""
