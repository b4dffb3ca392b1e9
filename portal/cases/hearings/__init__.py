"""Hearing an applicant before a refusal that rests on facts they did not supply (Awb 4:7)."""
