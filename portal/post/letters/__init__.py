"""Letters: what was written to somebody, kept byte for byte with its hash, and when it was posted."""
