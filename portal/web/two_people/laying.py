"""What the pages of acts say when an act was laid before a second person."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.second_look.two_person_acts.actions import ActToLayDown, lay_down
from portal.web.edge import require_seen
from portal.web.edge.policy import current_actor


def lay_before_a_colleague(act: ActToLayDown, *, back: str) -> ResponseReturnValue:
    """Lay an act down and say so on the page it came from. Raises as the act itself."""
    require_seen()
    laid = lay_down(current_session(), act=act, actor=current_actor(), now=now())
    flash(_("Het ligt klaar. Een collega kijkt ernaar en beslist. Tot dan gebeurt er niets."), "ok")
    return redirect(back or url_for("two_people.act", act_id=laid.public_id), code=303)
