"""What is made to be kept or sent."""
