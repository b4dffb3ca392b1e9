"""Canaries: one for every person and every column that holds something of people, looked for in whatever leaves the desk."""
