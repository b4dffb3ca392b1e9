"""Statutory interest that the region owes a person whom it paid too late (Awb 4:97 to 4:99, 4:102), of its own money."""
