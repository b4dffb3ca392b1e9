"""Screens of the owner of schemes: the own definitions in plain words, and the budgets that can pay them."""

from portal.web.owner import packages, publishing, schemes
from portal.web.owner.editor import draft_files, screens

__all__ = ["draft_files", "packages", "publishing", "schemes", "screens"]
