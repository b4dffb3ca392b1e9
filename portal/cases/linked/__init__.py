"""Which undertakings an employer says to be one with: for state aid they share one room."""
