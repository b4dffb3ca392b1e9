"""Teams of advisors: who is in one, since when, and until when."""
