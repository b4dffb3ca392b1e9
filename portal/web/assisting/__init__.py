"""Screens of who fills in a question together with its person: an advisor, or a helper of another body."""

from portal.web.assisting import helping

__all__ = ["helping"]
