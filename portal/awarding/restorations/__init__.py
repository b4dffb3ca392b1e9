"""Vouchers that come back after a founded objection, and those of them that still wait for money."""
