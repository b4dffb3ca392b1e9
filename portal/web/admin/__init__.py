"""Screens of the technical admin: accounts, the outbox and the jobs. No case, no person who asks, is ever shown here."""

from portal.web.admin import accounts, jobs, status

__all__ = ["accounts", "jobs", "status"]
