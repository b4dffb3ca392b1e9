"""Late decisions: the notice of default and the penalty that follows (Awb 4:17 to 4:20)."""
