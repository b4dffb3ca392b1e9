"""The only place that knows OR-Tools: a problem goes in, the best mix with its proof comes out."""
