"""Tests from outside, over HTTP and WebSocket, that no acknowledged message is lost. Imports nothing else of Dweb."""
