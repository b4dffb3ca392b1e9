"""What the desk says, in Dutch and English."""
