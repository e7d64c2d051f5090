"""Files that people send: where their bytes are, what they are, and their previews. Asks no room and no user."""
