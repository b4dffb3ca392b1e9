"""Decisions that take back a part of an award, or all that is open: revoke, lower, end after a move (Awb 4:48-4:50)."""
