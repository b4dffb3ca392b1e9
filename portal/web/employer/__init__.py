"""Screens for employers: answering a resident's request for a contribution, and an own question for one employee."""

from portal.web.employer import asking, bundle, checking, company, landing, pledging

__all__ = ["asking", "bundle", "checking", "company", "landing", "pledging"]
