"""The bytes of files: where they are stored, and who deletes what is left of them."""
