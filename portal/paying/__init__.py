"""From an accepted invoice to the bank, and back."""
