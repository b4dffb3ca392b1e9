"""What was shown for a question: a file per piece that a scheme asks for, or seen by an advisor, and whether it is accepted."""
