"""What is due, what takes long and what stands out, for who looks after the whole."""
