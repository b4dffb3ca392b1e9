"""What every budget will do, and which pays what so that least lapses; prices of scarce money, and scenarios of a year."""
