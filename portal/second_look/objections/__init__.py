"""Objections (bezwaar): received, heard, decided by somebody else, within their own terms (Awb 6:4-7:15)."""
