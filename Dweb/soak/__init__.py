"""Proves the promise on a running server, from outside: HTTP and WebSocket only. Imports nothing else of ours."""
