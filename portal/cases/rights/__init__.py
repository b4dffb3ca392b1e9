"""What people ask of their own data: to see, correct, erase, restrict, take along or not use them (AVG 15 to 21)."""
