"""Samples: which vouchers an auditor looks at, drawn so that anybody can draw them again."""
