"""What the desk said who would pay, when a question was sent; and what it says now."""
