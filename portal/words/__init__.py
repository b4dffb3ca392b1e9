"""What the desk says about codes, in Dutch and English."""
