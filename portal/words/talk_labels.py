"""How talks are called where a person reads about them, and the days of the week on which the desk talks."""

from __future__ import annotations

from collections.abc import Mapping

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l

TALKING: Mapping[str, LazyString] = {
    "desk": _l("U praat met een adviseur aan het loket."),
    "phone": _l("Een adviseur belt u."),
    "video": _l("U praat met een adviseur via een videogesprek."),
    "workplace": _l("Een adviseur komt bij u op het werk."),
}
CHOOSING: Mapping[str, LazyString] = {
    "phone": _l("Wij bellen u"),
    "desk": _l("Aan het loket"),
    "video": _l("Videobellen"),
}
"""The ways in which people can choose a talk themselves."""
WEEKDAYS = (_l("maandag"), _l("dinsdag"), _l("woensdag"), _l("donderdag"), _l("vrijdag"), _l("zaterdag"))
"""From Monday on; there is no Sunday at the desk."""
