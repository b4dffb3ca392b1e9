"""What the region accounts for: the money of the funders, what was spent beside vouchers, co-financing, periods and reports."""
