"""The books: accounts and transfers. The only writer of money rows.

A transfer carries ids only, never personal data, so that people can be forgotten and the books kept.
"""
