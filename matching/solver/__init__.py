"""The only place that knows OR-Tools."""
