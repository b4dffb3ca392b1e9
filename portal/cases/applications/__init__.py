"""Applications: the legal act by which a person or employer asks for an award of named schemes administered here."""
