"""The waiting list of a scheme whose money is gone: places in the order of receipt, and offers of money that came free."""
