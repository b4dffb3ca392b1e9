"""What is found by solving again: other mixes, the price of an override, and what would change the answer."""
