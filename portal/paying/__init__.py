"""From an accepted invoice to the bank, and the ways back: settling, recovering and paying out of other money."""
