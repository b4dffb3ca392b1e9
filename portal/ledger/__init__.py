"""The books: accounts and transfers, and the only place where money rows are written.

A transfer carries ids only, never personal data, so that people can be forgotten and the books kept.
"""
