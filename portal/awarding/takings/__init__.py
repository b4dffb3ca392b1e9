"""On which ground of the law a decision took (a part of) a voucher, and what it took."""
