"""Many processes against the last euros. ``make test`` runs a small version, ``PROOF=1`` (``make proof``) the full one."""
