"""Why work could not be done, in words that somebody can act on, in both languages: as it was said when it went wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from portal.oversight.long_work.models import LONGEST_REASON
from portal.platform.errors import Busy, Refusal, StorageFull
from portal.platform.i18n import LazyString, use_locale
from portal.platform.i18n import lazy_gettext as _l

OF_THE_DESK: Mapping[str, LazyString] = {
    "Busy": _l("Het loket had het te druk. Doe het straks nog een keer."),
    "StorageFull": _l("De schijf van het loket is vol. Vraag de beheerder om ruimte. Doe het daarna nog een keer."),
    "ClusterMissing": _l("De computers die meerekenen, antwoorden niet. Vraag het de beheerder."),
    "MemoryError": _l("Dit is te veel werk voor deze computer. Vraag de beheerder om meer geheugen."),
}
"""Of what goes wrong with the desk itself, by the name of the error: what can be done."""


@dataclass(frozen=True)
class Trouble:
    """What went wrong: its code, and what is said of it in Dutch and in English."""

    code: str
    dutch: str
    english: str

    @property
    def logged(self) -> str:
        """The code as a name for the log."""
        return re.sub(r"[^a-z0-9_.]", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.code).lower())


def trouble_of_error(error: BaseException) -> Trouble:
    """What is said of an error: the words of a refusal; of what is nobody's choice what can be done about it.

    The words of other errors are not kept: they are not made for people, and may name them.
    """
    if isinstance(error, Refusal):
        return _said(error.code, error.message)
    kinds = (Busy, StorageFull)
    name = next((kind.__name__ for kind in kinds if isinstance(error, kind)), type(error).__name__)
    return _said(name, OF_THE_DESK.get(name) or _else(name))


def _else(name: str) -> LazyString:
    return _l(
        "Er ging iets mis in het loket zelf. Doe het nog een keer. Lukt het weer niet? Geef de beheerder deze code: %(code)s.",
        code=name,
    )


def _said(code: str, message: object) -> Trouble:
    words = {}
    for locale in ("nl", "en"):
        with use_locale(locale):
            words[locale] = str(message)[:LONGEST_REASON]
    return Trouble(code[:80], words["nl"], words["en"])
