"""Invoices of providers and paid bills of holders: handed in with a file, checked, and accepted or refused by a person."""
