"""Every form of every audience as its page has it: found, filled in until the desk takes it, and sent."""
