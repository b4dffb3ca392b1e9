"""Prepared decisions: above an amount the first person prepares and a second, with mandate, decides."""
