"""A decision receipt in plain words: one set of data for the page, the PDF and the command line.

Everything comes from the receipt itself: names, rules and sources as they were then. Nothing is read from the database.
"""

from portal.papers.receipt.document import receipt_document
from portal.papers.receipt.told import day_of, made_at

__all__ = ["day_of", "made_at", "receipt_document"]
