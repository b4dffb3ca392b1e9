"""Other mixes, what is not certain, what would change the answer."""
