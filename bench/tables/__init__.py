"""One module for each table: run(plan) measures it."""
