"""Reminders: to holders six and three weeks before the last day of a voucher, to advisors a week before a term ends."""
