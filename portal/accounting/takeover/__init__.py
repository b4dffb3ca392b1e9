"""Taking over the administration that a fund kept before: its budgets, vouchers, invoices and payments into the books."""
