"""The peers: other servers for the same task. Each is a program that gets its port."""
