"""The specification in plain arithmetic, with no solver in sight."""
