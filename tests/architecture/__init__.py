"""The sentences of the architecture that a machine can check."""
