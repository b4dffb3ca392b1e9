"""How who asked is reached, changed by the person; the old address is told."""
