"""Hearing somebody first: before a refusal on facts they did not supply (Awb 4:7), and before a voucher is taken (4:8)."""
