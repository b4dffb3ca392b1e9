"""What waits for a second person, and what somebody objects to."""
