"""An employer as one that asks: which addresses speak for it, and all that it asked under its KvK number."""
