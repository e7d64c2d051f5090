"""Measures the chat and the servers that it is compared with (the peers). The chat imports nothing of this."""
