"""One connection's bytes: a backend for dwebsocket. Named by the settings alone; imports nothing else of ours."""
