"""The screens, one package per audience, what they share on purpose, and the edge that runs them."""
