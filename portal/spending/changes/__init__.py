"""What happens to a voucher between its issue and its end: blocked, extended, cheaper, another start, another provider."""
