"""The diaries of advisors: the hours in which people can have a talk, days away, and which quarters of an hour are taken."""
