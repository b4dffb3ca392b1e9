"""Funding: who brings the money (funder, agreement), and each line of it with its earmark, period and price."""
