"""What the final report of the Ontwikkelfonds says, where it contradicts itself, and whether books come to the same figures."""
