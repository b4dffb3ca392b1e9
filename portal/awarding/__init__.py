"""From the mix that is proposed to the decision that awards it, and what is decided about it later."""
