"""Accounting periods: months or quarters that follow each other, and that two people close."""
