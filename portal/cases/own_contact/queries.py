"""Reads of how somebody can be reached."""

from __future__ import annotations


def takes_texts(number: str | None) -> bool:
    """Whether a number (E.164) is one of a mobile telephone, or of a country in which one cannot tell."""
    import phonenumbers

    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number or ""))
    except phonenumbers.NumberParseException:
        return False
    return kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
