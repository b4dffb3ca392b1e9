"""What is sent and what is handed in: messages, letters and files."""
