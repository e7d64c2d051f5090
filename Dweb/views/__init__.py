"""Every address and every frame: parses what comes in, calls the rules, answers."""
