"""Settling a voucher for good (vaststelling, Awb 4:46), and getting back what was paid too much (Awb 4:57)."""
