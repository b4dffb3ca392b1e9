"""The money of funders in parts: what was promised, when each part is expected, called for and received."""
