"""Word of what happened, sent to systems of others: which they want, what was sent, and what did not arrive. No personal data."""
