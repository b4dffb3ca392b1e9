"""What a condition can become over all people there could be."""
