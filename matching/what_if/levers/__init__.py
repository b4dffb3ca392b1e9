"""What would change the answer: levers, by who can pull them."""
