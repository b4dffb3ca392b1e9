"""What people say of the desk: whether it was right and clear, asked on the own page and counted for the region."""
