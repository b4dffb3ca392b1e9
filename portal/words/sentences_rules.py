"""What conditions on more than one thing ask, as Dutch sentences (the msgid), and the phrases that fill them.

`portal.words.wording_rules` writes the placeholders: questions, titles, amounts and periods as people read them.
"""

from __future__ import annotations

from collections.abc import Callable

from portal.platform.i18n import LazyString, lazy_gettext, ngettext

RELATED: dict[str, LazyString] = {
    "postcode_between": lazy_gettext("De cijfers van de postcode bij “%(question)s” moeten zijn: %(ranges)s."),
    "starts_with": lazy_gettext("Het antwoord op “%(question)s” moet beginnen met: %(prefixes)s."),
    "awards_none": lazy_gettext("U mag %(schemes)s niet hebben gekregen %(period)s."),
    "awards_at_least": lazy_gettext("U moet %(schemes)s minstens %(minimum)s keer hebben gekregen %(period)s."),
    "awards_at_most": lazy_gettext("U mag %(schemes)s hoogstens %(maximum)s keer hebben gekregen %(period)s."),
    "awards_between": lazy_gettext(
        "U moet %(schemes)s minstens %(minimum)s en hoogstens %(maximum)s keer hebben gekregen %(period)s."
    ),
    "awards_amount_at_least": lazy_gettext("U moet uit %(schemes)s minstens %(minimum)s hebben gekregen %(period)s."),
    "awards_amount_at_most": lazy_gettext("U mag uit %(schemes)s hoogstens %(maximum)s hebben gekregen %(period)s."),
    "awards_amount_between": lazy_gettext(
        "U moet uit %(schemes)s minstens %(minimum)s en hoogstens %(maximum)s hebben gekregen %(period)s."
    ),
    "elapsed_at_least": lazy_gettext("Tussen %(from)s en %(to)s moet minstens %(minimum)s zitten."),
    "elapsed_more_than": lazy_gettext("Tussen %(from)s en %(to)s moet meer dan %(minimum)s zitten."),
    "elapsed_at_most": lazy_gettext("Tussen %(from)s en %(to)s mag hoogstens %(maximum)s zitten."),
    "elapsed_less_than": lazy_gettext("Tussen %(from)s en %(to)s moet minder dan %(maximum)s zitten."),
    "elapsed_between": lazy_gettext("Tussen %(from)s en %(to)s moet %(minimum)s tot %(maximum)s zitten."),
    "compare_at_least": lazy_gettext("Het antwoord op “%(question)s” mag niet lager of eerder zijn dan %(other)s."),
    "compare_more_than": lazy_gettext("Het antwoord op “%(question)s” moet hoger of later zijn dan %(other)s."),
    "compare_at_most": lazy_gettext("Het antwoord op “%(question)s” mag niet hoger of later zijn dan %(other)s."),
    "compare_less_than": lazy_gettext("Het antwoord op “%(question)s” moet lager of eerder zijn dan %(other)s."),
    "compare_equal": lazy_gettext("Het antwoord op “%(question)s” moet gelijk zijn aan %(other)s."),
    "compare_total_at_least": lazy_gettext("Tel op: %(plus)s. Samen mag dat niet minder zijn dan %(other)s."),
    "compare_total_more_than": lazy_gettext("Tel op: %(plus)s. Samen moet dat meer zijn dan %(other)s."),
    "compare_total_at_most": lazy_gettext("Tel op: %(plus)s. Samen mag dat niet meer zijn dan %(other)s."),
    "compare_total_less_than": lazy_gettext("Tel op: %(plus)s. Samen moet dat minder zijn dan %(other)s."),
    "compare_total_equal": lazy_gettext("Tel op: %(plus)s. Samen moet dat gelijk zijn aan %(other)s."),
    "number_by": lazy_gettext("De grens voor “%(question)s” hangt af van het antwoord op “%(by)s”."),
    "number_by_at_least": lazy_gettext(
        "Is het antwoord op “%(by)s” %(by_value)s? Dan moet het antwoord op “%(question)s” %(minimum)s of meer zijn."
    ),
    "number_by_more_than": lazy_gettext(
        "Is het antwoord op “%(by)s” %(by_value)s? Dan moet het antwoord op “%(question)s” meer dan %(minimum)s zijn."
    ),
    "number_by_at_most": lazy_gettext(
        "Is het antwoord op “%(by)s” %(by_value)s? Dan mag het antwoord op “%(question)s” niet meer dan %(maximum)s zijn."
    ),
    "number_by_less_than": lazy_gettext(
        "Is het antwoord op “%(by)s” %(by_value)s? Dan moet het antwoord op “%(question)s” minder dan %(maximum)s zijn."
    ),
    "number_by_between": lazy_gettext(
        "Is het antwoord op “%(by)s” %(by_value)s? Dan moet “%(question)s” tussen %(minimum)s en %(maximum)s liggen."
    ),
    "number_by_extra": lazy_gettext(
        "Is het antwoord op “%(by)s” hoger dan %(above)s? Dan komt er voor elke eenheid %(each)s bij de grens."
    ),
    "total_at_least": lazy_gettext("Tel op: %(plus)s. Samen moet dat %(minimum)s of meer zijn."),
    "total_more_than": lazy_gettext("Tel op: %(plus)s. Samen moet dat meer dan %(minimum)s zijn."),
    "total_at_most": lazy_gettext("Tel op: %(plus)s. Samen mag dat niet meer dan %(maximum)s zijn."),
    "total_less_than": lazy_gettext("Tel op: %(plus)s. Samen moet dat minder dan %(maximum)s zijn."),
    "total_between": lazy_gettext("Tel op: %(plus)s. Samen moet dat tussen %(minimum)s en %(maximum)s liggen."),
    "points_at_least": lazy_gettext(
        "Deze voorwaarden moeten samen minstens %(needed)s punten geven. Op volgorde zijn ze waard: %(worth)s."
    ),
}

THIS_SCHEME = lazy_gettext("deze regeling")
PERIODS: dict[str, LazyString] = {
    "ever": lazy_gettext("voor deze aanvraag"),
    "calendar_year": lazy_gettext("in hetzelfde kalenderjaar"),
    "school_year": lazy_gettext("in hetzelfde schooljaar"),
    "before": lazy_gettext("in de %(months)s maanden voor de peildatum"),
}
UNITS: dict[str, Callable[[int], str]] = {
    "days": lambda count: ngettext("%(num)s dag", "%(num)s dagen", count),
    "weeks": lambda count: ngettext("%(num)s week", "%(num)s weken", count),
    "months": lambda count: ngettext("%(num)s maand", "%(num)s maanden", count),
    "years": lambda count: ngettext("%(num)s jaar", "%(num)s jaar", count),
}
"""So many days, weeks, months or years."""
REFERENCE_DATE = lazy_gettext("de peildatum")
DAY_OF = lazy_gettext("de datum bij “%(question)s”")
ANSWER_TO = lazy_gettext("het antwoord op “%(question)s”")
SHARE_OF = lazy_gettext("%(share)s van %(other)s")
EACH_OF = lazy_gettext("%(each)s voor elke eenheid van %(other)s")
NUMBER_OF_LIST = lazy_gettext("het bedrag of getal van de lijst “%(list)s”")
NUMBER_OF_LIST_BY = lazy_gettext("het bedrag of getal van de lijst “%(list)s” bij uw antwoord op “%(by)s”")
WITH_LIMIT = lazy_gettext("%(other)s (%(limit)s)")
ANOTHER_ANSWER = lazy_gettext("iets anders")
LESS = lazy_gettext("%(plus)s, min %(minus)s")
RANGE = lazy_gettext("%(first)s tot en met %(last)s")
AGE_UNTIL: dict[str, LazyString] = {
    "maximum": lazy_gettext("niet ouder dan %(age)s jaar"),
    "below": lazy_gettext("jonger dan %(age)s jaar"),
}
NO_STATE_PENSION = lazy_gettext("nog geen AOW-leeftijd hebben")
NOT_TOO_OLD = lazy_gettext("niet te oud")
"""Of an upper bound that has no value on the reference date."""
AGE_ON = lazy_gettext("%(sentence)s Het gaat om uw leeftijd op %(day)s.")
EARLIER_AWARDS = lazy_gettext("Wat kreeg u eerder uit deze regelingen?")
