"""One connection's bytes: a backend for dwebsocket. Imports nothing else of this project but its Refusal."""
