"""The entries of the search index."""

from django.db import models

TERM_CHARS = 24  # of a word, so many are in the index


class Posting(models.Model):
    """An entry of the search index: the event with the id `block` * BLOCK_EVENTS + `place` holds `term`.

    A room's numbers are cut into blocks, and the key begins with the block: entries that are written together lie
    together, and a search reads the newest blocks first, and of each only the terms that it looks for.
    """

    BLOCK_EVENTS = 2**10

    pk = models.CompositePrimaryKey("block", "term", "place")
    block = models.BigIntegerField()
    term = models.CharField(max_length=TERM_CHARS)
    place = models.SmallIntegerField()

    class Meta:
        db_table = "posting"
