"""Review: the gate before a draft, the outcomes that are approved one by one, and the second person who publishes."""
