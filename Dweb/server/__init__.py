"""The server's process under gunicorn: the connections of HTTP clients, its end, and the limits of the machine."""
