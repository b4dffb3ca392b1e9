"""What a question counted as before its answers changed, so that figures of days that are over stay as they were."""
