"""Turning what people type into values: amounts, days, numbers, addresses. Each function raises ``ValueError`` with a lazy Dutch
message that says how to mend the answer; the fields show it."""

from __future__ import annotations

import re

from portal.platform.i18n import current_locale
from portal.platform.i18n import lazy_gettext as _l
from portal.words.amount_faults import amount_fault
from portal.words.written_days import Around as Around
from portal.words.written_days import day as day
from schemes.basics.money import MoneyError, parse_euros


def euros(text: str) -> int:
    """An amount as people write it, in euro cents. On an English page a comma with three figures stands between thousands."""
    try:
        return int(parse_euros(text, comma_thousands=current_locale() == "en"))
    except MoneyError as error:
        raise ValueError(amount_fault(error.code)) from error


def whole_number(text: str) -> int:
    """A whole number; points, spaces and (on an English page) commas between thousands are allowed."""
    marks = r"[.,\s\u00a0\u202f]" if current_locale() == "en" else r"[.\s\u00a0\u202f]"
    bare = re.sub(rf"(?<=[0-9]){marks}(?=[0-9]{{3}}(?![0-9]))", "", text)
    if re.fullmatch(r"[-\u2212+]?[0-9]{1,12}", bare):
        return int(bare.replace("\u2212", "-"))
    if re.fullmatch(r"[-\u2212+]?[0-9]+", bare):
        raise ValueError(_l("Dit getal is te lang. Controleer het getal."))
    if re.fullmatch(r"[0-9]+[.,][0-9]+", bare):
        raise ValueError(_l("Vul een heel getal in, zonder cijfers achter de komma."))
    raise ValueError(_l("Vul een getal in cijfers in, bijvoorbeeld 12."))


_COUNTRY = re.compile(r"^(?:nl|nederland|the netherlands|netherlands)(?![a-z])[\s,.-]*", re.IGNORECASE)


def _bare_postcode(text: str) -> str:
    """A postcode without the country in front and without the place or country behind."""
    text = _COUNTRY.sub("", text)
    begin = re.match(r"[0-9]{4}(?:[\s\u00a0.-]*[A-Za-z]{2}(?![A-Za-z])|(?![0-9]))", text)
    if begin is None or not re.fullmatch(r"(?:[\s\u00a0,.;(-][^0-9]*)?", text[begin.end() :]):
        return text
    return begin[0]


def postcode(text: str) -> str:
    """A Dutch postcode as ``7411 AB``; also with the country in front or behind, or with the place, as on a letter."""
    from stdnum.exceptions import ValidationError
    from stdnum.nl import postcode as dutch

    try:
        return str(dutch.validate(re.sub(r"[\s\u00a0.-]", "", _bare_postcode(text))))
    except ValidationError as error:
        raise ValueError(_l("Vul de postcode in met vier cijfers en twee letters, bijvoorbeeld 7411 AB.")) from error


def postcode_digits(text: str) -> str:
    """The four digits of a Dutch postcode, with or without its letters, the place and the country."""
    found = re.fullmatch(r"([1-9][0-9]{3})[\s\u00a0.-]*(?:[A-Za-z]{2})?", _bare_postcode(text), re.ASCII)
    if found is None:
        raise ValueError(_l("Vul de vier cijfers van uw postcode in, bijvoorbeeld 7411."))
    return found[1]


def kvk_number(text: str) -> str:
    """A number of the Chamber of Commerce: eight digits, no public check digit."""
    bare = re.sub(
        r"[\s.\u00a0-]", "", re.sub(r"^kvk[\s-]*(?:nummer|nr)?(?![a-z])[\s.:-]*", "", text, flags=re.IGNORECASE)
    )
    if not re.fullmatch(r"[0-9]{8}", bare, re.ASCII) or bare == "0" * 8:
        raise ValueError(_l("Een KVK-nummer heeft acht cijfers, bijvoorbeeld 12345678. U vindt het op kvk.nl."))
    return bare


def email(text: str) -> str:
    """An e-mail address in lower case. Whether it exists is not looked up."""
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as error:
        raise ValueError(
            _l("Vul een e-mailadres in met een apenstaartje en een punt, bijvoorbeeld naam@voorbeeld.nl.")
        ) from error


def phone(text: str) -> str:
    """A telephone number as E.164, one that can exist; without country code it is Dutch."""
    import phonenumbers

    message = _l("Vul een telefoonnummer in, bijvoorbeeld 0570 12 34 56 of 06 12345678.")
    try:
        number = phonenumbers.parse(text, "NL")
    except phonenumbers.NumberParseException as error:
        raise ValueError(message) from error
    if not phonenumbers.is_possible_number(number) or re.search(r"[^0-9+()\s./\u00a0-]", text):
        raise ValueError(message)
    if not phonenumbers.is_valid_number(number):
        raise ValueError(_l("Dit telefoonnummer bestaat niet. Controleer de cijfers, ook die aan het begin."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def iban(text: str) -> str:
    """A bank account number without spaces."""
    from stdnum import iban as numbers
    from stdnum.exceptions import ValidationError

    try:
        return str(numbers.validate(text))
    except ValidationError as error:
        raise ValueError(
            _l("Dit rekeningnummer klopt niet. Vul het IBAN over van uw bankpas, bijvoorbeeld NL91 ABNA 0417 1643 00.")
        ) from error


def voucher_code(text: str) -> str:
    """A voucher code in capitals without spaces and dashes; whether it exists is for the voucher to say."""
    bare = re.sub(r"[\s\u00a0\u2010-\u2015-]", "", text).upper()
    if not re.fullmatch(r"[A-Z0-9]{6,30}", bare):
        raise ValueError(_l("Vul de code over van de voucher. De code heeft alleen letters en cijfers."))
    return bare
