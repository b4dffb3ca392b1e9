"""How many days each step of a case takes: from question to reaction, talk, application and decision."""
