"""Reading what the bank says happened: which payments were executed, and which came back."""
