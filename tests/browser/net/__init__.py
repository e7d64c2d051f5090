"""Tests of static/js/net/ in a real browser."""
