"""What operators see and what serves pages: figures, traces, workers, prepared assets."""
