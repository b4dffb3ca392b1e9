"""How long each kind of data is kept: laid down by two people, held up where a case must stay, done at night."""
