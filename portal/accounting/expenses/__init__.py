"""Expenses of the region outside vouchers: laid down by one person, approved by another, and then in the books for good."""
