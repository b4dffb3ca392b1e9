"""What becomes of an award: vouchers, the providers who take them and the invoices on them."""
