"""Reminders to the holders of vouchers: six and three weeks before the last day, each once, by a log."""
