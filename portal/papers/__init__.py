"""What is made to be kept or sent: letters, proofs, the handbook and the register, for screens and commands alike."""
