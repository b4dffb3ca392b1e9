"""How sure it must be who somebody is, before something is done for them: laid down by the region, for the desk or for a scheme."""
