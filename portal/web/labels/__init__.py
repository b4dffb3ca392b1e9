"""Words that only screens use."""
