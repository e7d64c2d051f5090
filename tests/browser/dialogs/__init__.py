"""Tests of static/js/dialogs/ in a real browser."""
