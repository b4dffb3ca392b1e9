"""Talks with an advisor, notes that only staff sees, and requests for more information that stop the legal clock."""
