"""Screens for residents: no account, no script, one question per page."""

from portal.web.resident import asking, checking, landing, money, open_data, public, trainings, wishes

__all__ = ["asking", "checking", "landing", "money", "open_data", "public", "trainings", "wishes"]
