"""Late binding: another funding line pays what was reserved, used or paid, within the earmarks, until the voucher is settled."""
