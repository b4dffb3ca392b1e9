"""Letters that are registered in the archive of the municipality (ZGW): where each stands, and its address there."""
