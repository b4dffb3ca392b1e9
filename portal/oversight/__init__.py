"""What is due, what takes long, what stands out and where everything is found, for who looks after the whole."""
