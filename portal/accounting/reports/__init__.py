"""The accountability report: what the region accounts for to a funder, or about all money, in one value for every form."""
