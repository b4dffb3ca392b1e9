"""Why the mix is as it is, as codes: what binds, what is left unused and what it could have paid."""
