"""The connections of HTTP clients, from the first byte of a request to the last of its answer, under gunicorn."""
