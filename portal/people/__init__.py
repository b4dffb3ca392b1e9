"""Who somebody is and what they did, not what they may open."""
