"""Whether the books were right when they were last looked at, and that nothing goes to the bank while they are not."""
