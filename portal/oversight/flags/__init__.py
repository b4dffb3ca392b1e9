"""Things that stand out and that a person should look at. They flag, they never refuse."""
