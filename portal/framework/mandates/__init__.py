"""Mandates: who may decide for which body, on which scheme, up to which amount, from when to when (Awb 10:1-10:12)."""
