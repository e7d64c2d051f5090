"""Tests of static/js/state/ in a real browser."""
