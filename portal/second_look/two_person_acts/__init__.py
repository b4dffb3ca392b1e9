"""Acts that take two people: one lays an act down with its reason, a second, somebody else with the power, does it."""
