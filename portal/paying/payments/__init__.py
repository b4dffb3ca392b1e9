"""Paying what was accepted: batches with four eyes, the file for the bank, and what the bank says happened."""
