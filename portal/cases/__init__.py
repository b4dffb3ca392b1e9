"""A question from the first word to the talk."""
