"""The account numbers on which providers are paid: a first one and a change of it take two members of staff."""
