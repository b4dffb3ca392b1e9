"""Erasing people and keeping the books: what stood there is written over, everywhere, in the transaction of the act."""
