"""The chat with one view more, which does nothing: what the same requests cost without the chat."""
