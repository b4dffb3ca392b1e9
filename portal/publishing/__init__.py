"""A scheme version on its way into force."""
