"""What people ask of their own data: to see, correct, erase, restrict or take them along, or that they are not used (AVG 15 to 21)."""
