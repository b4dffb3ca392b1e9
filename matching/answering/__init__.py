"""From a question to the whole answer."""
