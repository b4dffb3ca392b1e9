"""Reports: figures that are sums of ledger transfers, each of which opens to the transfers behind it. Read-only."""
