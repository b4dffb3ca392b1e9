"""The trainings of the region: who gives them, at which level, in which form, where, when, and what they cost."""
