"""Training providers: registration, and approval per scheme; without approval no voucher of that scheme is redeemed."""
