"""The region's plan: which money pays what, as one optimum over many awards or questions, with a proven bound."""
