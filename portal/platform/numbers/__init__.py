"""Numbers given out in order: of questions, of applications, and the order of receipt."""
