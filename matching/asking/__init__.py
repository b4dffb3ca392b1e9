"""Which question is worth asking next, and the proof that none is."""
