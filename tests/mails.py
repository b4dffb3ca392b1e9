"""What stands in a mail that was sent."""

from __future__ import annotations

from email.message import EmailMessage


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    """The words of a mail: its text, or with "html" its page."""
    part = mail.get_body((kind,))
    assert part is not None, "every mail has both"
    return str(part.get_content())
