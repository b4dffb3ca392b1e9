"""What the desk changed in a question that was sent: old and new value, on whose word, and what the person says of it."""
