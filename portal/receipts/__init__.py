"""Decision receipts: what a proposal or decision rests on, as one file, made from what was kept and nothing newer."""
