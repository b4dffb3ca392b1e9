"""Words by which somebody is known, as they stand in the index: keyed hashes, so that who reads the database reads no name.

A hidden word is found by itself, by its beginning (of letters alone), and with a typing mistake in it, as any other: its
beginnings and its variants are hidden as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portal.oversight.finding.typed_words import SHORTEST_BEGINNING, is_forgiving, variants
from portal.platform.field_keys import field_keys
from portal.platform.sealed_columns import WORD

HIDDEN, BEGINNING = "=", "^"
"""How a hidden word begins, and how the hidden beginning of one; no word that somebody types begins so."""


def hidden(word: str) -> str:
    """The word as it stands in the index."""
    return HIDDEN + field_keys().blind(WORD, word)


def hidden_beginning(word: str) -> str:
    """The beginning of a hidden word, as longer ones are found by it."""
    return BEGINNING + field_keys().blind(WORD, word)


def forms_of(words: Iterable[str]) -> tuple[str, ...]:
    """As what these words may stand in the index: as they are, and hidden."""
    return tuple(form for word in words for form in (word, hidden(word)))


def rows_of_word(stands: str, word: str) -> Iterator[dict[str, str | None]]:
    """The rows by which a word of the index is found with a mistake in it, and a hidden one by its beginning."""
    if not is_forgiving(word):
        return
    if stands == word:
        for variant in sorted(variants(word)):
            yield {"variant": variant, "word": word, "plain": None}
        return
    begun = {hidden_beginning(word[:length]) for length in range(SHORTEST_BEGINNING, len(word))}
    for variant in sorted({hidden(one) for one in variants(word)} | begun):
        yield {"variant": variant, "word": stands, "plain": word}
