"""Who may act for the person who asked: an authorised representative, with the proof that an advisor saw."""
