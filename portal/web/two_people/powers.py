"""Who may do what, under which mandate and with how many: the table of powers, for who looks after that."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from portal.framework.catalogue.queries import schemes_in_force
from portal.framework.powers import POWERS, Hands, Power, one_person_up_to
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.platform.i18n import format_euros, localized
from portal.platform.i18n import gettext as _
from portal.web.edge import page
from portal.web.two_people.blueprint import blueprint
from portal.words.labels import ROLES, label
from portal.words.two_people_labels import HANDS
from portal.words.two_people_labels import POWERS as NAMES


@blueprint.get("/wie-mag-wat")
def powers() -> ResponseReturnValue:
    """Every power, and per scheme up to which amount one person may do what takes two above it."""
    held = [one for one in schemes_in_force(current_session(), on=today()) if one.definition.administered == "here"]
    return page(
        "two_people/powers.html",
        rows=[_cells(power) for power in Power],
        limits=[[localized(one.definition.title), format_euros(one_person_up_to(one))] for one in held],
    )


def _cells(power: Power) -> list[Any]:
    rule = POWERS[power]
    return [
        label(NAMES, power),
        ", ".join(sorted(label(ROLES, audience) for audience in rule.may)),
        _("ja") if rule.mandate else _("nee"),
        {"text": label(HANDS, rule.hands), "tag": "info"} if rule.hands is not Hands.ONE else label(HANDS, rule.hands),
    ]
