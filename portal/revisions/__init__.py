"""Revisions: a decision that takes the place of an earlier one on the same application, after a refused share or an objection."""
