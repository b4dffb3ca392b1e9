"""Screens of the owner of schemes: the own definitions in plain words, and the budgets that can pay them."""

from portal.web.owner import packages, review, schemes
from portal.web.owner.editor import exchange, screens

__all__ = ["exchange", "packages", "review", "schemes", "screens"]
