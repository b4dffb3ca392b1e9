"""Screens of the technical admin: accounts, the outbox and the jobs, and never a case or a person who asks."""

from portal.web.admin import accounts, jobs, running, status

__all__ = ["accounts", "jobs", "running", "status"]
