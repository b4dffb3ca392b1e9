"""Questions that somebody with an account filled in together with the person: who helped, and by which way."""
