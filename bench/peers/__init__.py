"""The peers: what others would put in the chat's place. Each is a program of its own that gets its port."""
