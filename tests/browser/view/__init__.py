"""Tests of static/js/view/ in a real browser."""
