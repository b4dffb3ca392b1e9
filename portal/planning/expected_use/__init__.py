"""Expected use: more may be promised than a budget holds, as far as a guarantor vouches and the chance of too much is small."""
