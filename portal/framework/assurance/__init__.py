"""How sure it must be who somebody is, before something is done for them: the region says so, for the desk or a scheme."""
