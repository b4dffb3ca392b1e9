"""Setting off: what somebody has to pay back is taken off what that same debtor is to be paid (Awb 4:93, BW 6:127)."""
