"""The bodies of the longer revisions, a module per subject; ``versions/`` says in which order they run."""
