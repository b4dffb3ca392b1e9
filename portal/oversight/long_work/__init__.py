"""Work that takes longer than a page: asked for on a screen, done by a process of the desk, found again by who asked."""
