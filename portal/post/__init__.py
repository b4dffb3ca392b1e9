"""Messages, letters, files."""
