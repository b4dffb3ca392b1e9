"""A scheme version on its way into force: written, replayed, checked, published and exchanged."""
