"""Agreements with funders: who signed, what has to be done, the papers, and who agreed to changes of plan and budget."""
