"""What every department stands on: the database, the clock, settings, numbers, jobs and the calendar of the law."""
