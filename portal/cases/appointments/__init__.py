"""Talks as appointments: chosen, moved, called off, reminded of and missed; and people who want to be called back."""
