"""The specification, no solver in sight."""
