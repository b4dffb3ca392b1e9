"""From a proposal to a decision."""
