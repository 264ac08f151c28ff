"""Search over everything that people write: the same hits on every database, because the index is plain tables of our own."""
