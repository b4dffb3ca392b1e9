"""A question and all that is said about it before a decision: applications, pledges, talks, and who has the case."""
