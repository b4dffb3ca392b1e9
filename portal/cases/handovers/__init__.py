"""Cases that go to a colleague together, and back: several at once, or because somebody is away."""
