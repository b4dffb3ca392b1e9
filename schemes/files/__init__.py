"""From a file to a value."""
