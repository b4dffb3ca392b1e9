"""People, organisations, links, sessions and roles."""
