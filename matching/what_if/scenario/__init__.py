"""What a change would do: a year of questions in order of receipt, lived twice with the same dice, and what the difference is."""
