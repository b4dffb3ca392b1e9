"""The chart of accounts: under which number and name each account of the ledger stands in the books of the region."""
