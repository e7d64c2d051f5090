"""The measurements, and the peers that the chat is held against. Not a part of the chat: it imports none of this."""
