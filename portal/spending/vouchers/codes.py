"""Voucher codes: made, printed, and read back from what somebody typed."""

from __future__ import annotations

import re
import secrets

from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l

LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"
"""Capitals without I, O and U (taken for 1, 0 and V). There are 23, a prime: one check letter finds every single
wrong letter and every two letters that changed places."""


CODE_LENGTH = 12


def new_code() -> str:
    """A random voucher code: eleven letters (about 50 bits) and a check letter."""
    body = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH - 1))
    return body + check_letter(body)


def check_letter(body: str) -> str:
    """The check letter of the first eleven letters: the sum of place times letter, modulo 23."""
    total = sum(place * LETTERS.index(letter) for place, letter in enumerate(body, start=1))
    return LETTERS[total % len(LETTERS)]


def format_code(code: str) -> str:
    """A code as it is printed: three groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def parse_code(text: str) -> str:
    """The code that somebody typed, in any case and with or without spaces and hyphens.

    Raises ``Refusal`` (field code) when it cannot be a code: wrong length, letters that are not used, or a wrong check letter.
    """
    code = "".join(letter for letter in text.upper() if letter.isalnum())
    if len(code) != CODE_LENGTH:
        raise Refusal("voucher_code_length", _l("Een vouchercode heeft 12 letters."), field="code")
    if any(letter not in LETTERS for letter in code):
        raise Refusal(
            "voucher_code_letters", _l("In een vouchercode staan alleen letters, en geen I, O of U."), field="code"
        )
    if check_letter(code[:-1]) != code[-1]:
        raise Refusal(
            "voucher_code", _l("Deze code klopt niet. Kijk of u alle letters goed hebt overgenomen."), field="code"
        )
    return code


def codes_in(text: str) -> list[str]:
    """The codes that somebody may have written in a text, in any case and with or without spaces and hyphens.

    A code that stands apart, as it is printed, goes before letters that only happen to fit: with one of these nothing else is
    looked for, so that the end of the word before a code is not read as its beginning.
    """
    apart = ["".join(found.group(1, 3, 4)) for found in _APART.finditer(text.upper())]
    plain = "".join(letter for letter in text.upper() if letter.isalnum())
    windows = [plain[start : start + CODE_LENGTH] for start in range(len(plain) - CODE_LENGTH + 1)]
    return _right(apart) or _right([one for one in windows if all(letter in LETTERS for letter in one)])


_FOUR = f"([{LETTERS}]{{4}})"
_APART = re.compile(rf"(?<![^\W_])(?={_FOUR}([\s-]?){_FOUR}\2{_FOUR}(?![^\W_]))")
"""Three groups of four with the same between them, no letter or figure before and after."""


def _right(codes: list[str]) -> list[str]:
    return list(dict.fromkeys(one for one in codes if check_letter(one[:-1]) == one[-1]))
