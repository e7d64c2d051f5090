"""How views wait: in greenlets of one thread, or in threads of their own. Imports nothing of this project."""
