"""The screens, one package per audience, and the edge that runs them."""
