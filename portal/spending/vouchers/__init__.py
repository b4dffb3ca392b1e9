"""Awards and vouchers: issue, redeem, expire, revoke. Every act books its transfers in the ledger."""
