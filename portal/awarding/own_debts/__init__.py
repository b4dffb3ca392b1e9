"""What the region itself owes somebody by a decision: a penalty, or damage. Of its own money, never of a funder."""
