"""Text as a bank takes it in a payment: the letters, figures and marks that every bank in Europe knows (SEPA, EPC217-08)."""

from __future__ import annotations

import re
import unicodedata

_KNOWN = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_MARKS = {
    "&": "+",
    "@": "(at)",
    "_": "-",
    "~": "-",
    "{": "(",
    "}": ")",
    "[": "(",
    "]": ")",
    "\\": "/",
    "\u2044": "/",
    "|": "/",
    ";": ",",
    "^": ".",
    "*": ".",
    "#": ".",
    "=": "-",
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
    "%": "pct",
    "!": ".",
}
_LETTERS = {
    "ß": "ss",
    "ẞ": "SS",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "Œ": "OE",
    "ø": "o",
    "Ø": "O",
    "đ": "d",
    "Đ": "D",
    "ð": "d",
    "Ð": "D",
    "þ": "th",
    "Þ": "TH",
    "ł": "l",
    "Ł": "L",
    "ħ": "h",
    "Ħ": "H",
    "ı": "i",
    "ŋ": "n",
    "Ŋ": "N",
    "ŧ": "t",
    "Ŧ": "T",
    "ə": "e",
    "Ə": "E",
}
_OTHER_SCRIPTS = (
    "α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps "
    "ω=o "
    "а=a б=b в=v г=g ґ=g д=d ђ=d е=e є=ye ж=zh з=z и=i і=i ј=j к=k л=l љ=l м=m н=n њ=n о=o п=p р=r с=s "
    "т=t ћ=c у=u ф=f х=h ц=ts ч=ch џ=d ш=sh щ=sht ъ=a ы=y ь=y э=e ю=yu я=ya "
)
_QUOTES = dict.fromkeys('"`´‘’‚‛“”„‟«»‹›′″<>', "'")
_DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212·•", "-")
_OWN = _MARKS | _LETTERS | _QUOTES | _DASHES | {one[0]: one[2:] for one in _OTHER_SCRIPTS.split()}


def sepa_text(text: str, most: int) -> str:
    """The text in the characters that every bank knows, of at most so many; empty when nothing of it can be written so.

    A slash is not the first or the last character and never stands twice, as banks ask.
    """
    plain = "".join(_written(one) for one in unicodedata.normalize("NFC", text))
    single = re.sub(r"/+", "/", " ".join(_KNOWN.sub(" ", plain).split()))
    return single[:most].strip(" /")


def sepa_text_with_code(text: str, code: str, most: int) -> str:
    """The same for a text that ends with a code: the code stays whole, and what stands before it is cut."""
    end = sepa_text(code, most)
    return f"{sepa_text(text, most - len(end) - 1)} {end}".strip()


def _written(one: str) -> str:
    if one in _OWN:
        return _OWN[one]
    lower = _OWN.get(one.lower())
    if lower is not None and one.isalpha():
        return lower.capitalize()
    base = unicodedata.normalize("NFKD", one)
    if base == one:
        return one
    return "".join(_OWN.get(part, _OWN.get(part.lower(), part)) for part in base if not unicodedata.combining(part))
