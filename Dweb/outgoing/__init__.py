"""Outgoing webhooks: their queue, and one request to an address that others have chosen. Knows no rules of the chat."""
