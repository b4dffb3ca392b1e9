"""Which team does a case, and who sees the cases of the own teams alone."""
