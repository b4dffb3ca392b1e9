"""The whole desk in one file that any program can read, and that any desk of the same revision takes in, on either database."""
