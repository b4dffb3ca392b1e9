"""Hearing the holder of a voucher before something of it is taken, or the reason of the law not to (Awb 4:8, 4:11)."""
