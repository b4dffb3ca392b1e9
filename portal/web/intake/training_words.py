"""The words for how a training went and what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from portal.oversight.outcomes.models import Moment, TrainingEnd, WithoutFund, Work
from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l

MOMENTS: Mapping[Moment, LazyString] = {
    Moment.WEEK: _l("een week na het einde"),
    Moment.HALF_YEAR: _l("een half jaar na het einde"),
    Moment.YEAR: _l("een jaar na het einde"),
}
RESULTS: Mapping[str, LazyString] = {
    TrainingEnd.COMPLETED.value: _l("Afgerond, zonder papier"),
    TrainingEnd.CERTIFICATE.value: _l("Afgerond met een certificaat"),
    TrainingEnd.DIPLOMA.value: _l("Afgerond met een diploma"),
    TrainingEnd.STOPPED.value: _l("Gestopt"),
    TrainingEnd.STILL_BUSY.value: _l("Nog bezig"),
}
WORK: Mapping[str, LazyString] = {
    Work.SAME_JOB.value: _l("In dienst, in dezelfde baan"),
    Work.OTHER_JOB.value: _l("In dienst, in een andere baan"),
    Work.SELF_EMPLOYED.value: _l("Eigen bedrijf of zzp"),
    Work.LOOKING.value: _l("Op zoek naar werk"),
    Work.LEARNING.value: _l("Een opleiding"),
    Work.OTHER.value: _l("Iets anders"),
}
WORK_BEFORE: Mapping[str, LazyString] = {
    **WORK,
    Work.SAME_JOB.value: _l("In dienst, in de baan die ik nog heb"),
    Work.OTHER_JOB.value: _l("In dienst, in een vorige baan"),
}
WORK_BEFORE_OF_EMPLOYEE: Mapping[str, LazyString] = {
    **WORK,
    Work.SAME_JOB.value: _l("In dienst bij ons, in dezelfde baan"),
    Work.OTHER_JOB.value: _l("In dienst, in een vorige baan"),
}
WITHOUT_FUND: Mapping[str, LazyString] = {
    WithoutFund.YES.value: _l("Ja, precies zo"),
    WithoutFund.LATER.value: _l("Ja, maar later"),
    WithoutFund.SMALLER.value: _l("Ja, maar korter of goedkoper"),
    WithoutFund.NO.value: _l("Nee"),
    WithoutFund.UNKNOWN.value: _l("Dat weet ik niet"),
}
