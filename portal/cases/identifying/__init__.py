"""How sure it is who asked: identified at a service, or by an advisor at the desk."""
