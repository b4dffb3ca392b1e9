"""Outages of the electronic way in: when the pages were down, and whose terms that makes longer (Awb 2:21)."""
