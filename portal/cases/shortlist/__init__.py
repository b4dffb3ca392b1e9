"""The trainings that somebody who does not know yet wants to compare: at most five for a question."""
