"""Screens of the training provider: use a voucher, and what was used."""

from portal.web.provider import invoices, registering, vouchers

__all__ = ["invoices", "registering", "vouchers"]
