"""The chat with one view more, which stores nothing, to compare requests with."""
