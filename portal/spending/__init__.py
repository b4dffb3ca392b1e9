"""Vouchers and what is paid on them."""
