"""Running the server: figures, traces, workers, jobs, prepared assets."""
