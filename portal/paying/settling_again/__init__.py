"""Settling a voucher again, higher, after a founded objection against a lower settlement (Awb 7:11)."""
