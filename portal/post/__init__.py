"""What is sent and what is handed in: messages, letters, files, and when the way in was down."""
