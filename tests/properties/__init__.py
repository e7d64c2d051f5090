"""Properties that hold for any input; hypothesis makes it."""
