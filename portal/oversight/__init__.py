"""What is due, what takes long, what stands out."""
