"""What the desk knows of people: how long it may, who may ask what of it, and how it is erased everywhere."""
