"""Reports by mail: who wants which report every month or quarter, and each time that one was made."""
