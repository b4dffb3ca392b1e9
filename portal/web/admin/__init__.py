"""Screens of the technical admin: accounts, the outbox and the jobs, and never a case or a person who asks."""

from portal.web.admin import accounts, jobs, processing, registrations, rights, running, status, teams, tokens, webhooks

__all__ = [
    "accounts",
    "jobs",
    "processing",
    "registrations",
    "rights",
    "running",
    "status",
    "teams",
    "tokens",
    "webhooks",
]
