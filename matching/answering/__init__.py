"""From a question, or a bundle of them, to the whole answer."""
