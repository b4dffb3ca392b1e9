"""A supplementary award on a voucher that stands: decided, reserved and added in one act."""
