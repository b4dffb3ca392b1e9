"""The accounts where people would rather look: a picture, one sentence that says what one sees, and the figures under it."""
