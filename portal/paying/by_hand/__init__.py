"""What became of a payment, recorded by two people when no statement of the bank can say it."""
