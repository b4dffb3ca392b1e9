"""What became of a payment as two people say: when no file of the bank can say it, and when one says that money came back."""
