"""Words as they are compared: whether two ways of writing are the same."""

import unicodedata


def plain(text: str) -> str:
    """Letters and digits only, without accents and case: "J. de Vriès" and "j de vries" are one person."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if letter.isalnum())
