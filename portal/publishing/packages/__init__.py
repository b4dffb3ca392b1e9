"""Exchange of schemes with other desks: signed packages out, packages in as drafts, and whose signatures are trusted."""
