"""The bytes of connections: a backend for dwebsocket. Imports nothing of this project but Refusal and parking."""
