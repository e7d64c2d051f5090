"""The server's process: gunicorn's worker, its end, and the limits of the machine."""
