"""The region looks ahead: what of the vouchers will be used, what will be asked, and what that does to every budget."""
