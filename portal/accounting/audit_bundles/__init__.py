"""Audit bundles: the papers of the vouchers of a sample in one file, which a stranger checks without the desk."""
