"""From a file to a value and back, with every slip of the pen reported."""
