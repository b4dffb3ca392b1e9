"""What waits for a second person, and objections."""
