"""Decisions after the first on the same case (settle, top up, decide again): mandate, and four eyes above an amount."""
