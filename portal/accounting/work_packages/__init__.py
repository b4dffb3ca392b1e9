"""Work packages: the parts of the work to which expenses belong, with what may be spent on each per funding line."""
