"""Late binding: another funding line pays what is still reserved, within the earmarks, for a reason."""
