"""How long each kind of data is kept: laid down by two people of the region, held up where a case must stay, and done at night."""
