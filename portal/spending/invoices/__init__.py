"""Invoices of providers and receipts of holders: handed in with a file, checked, and accepted or refused by a person."""
