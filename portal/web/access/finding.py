"""Finding everything that one may see. What was typed is posted and kept with the browser's session, never in an address."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from portal.framework.catalogue.queries import scheme_titles
from portal.oversight.finding.details import Hit, Results, SomebodyFound, results
from portal.oversight.finding.keeping import follow
from portal.oversight.finding.models import Findable
from portal.oversight.finding.queries import find as find_all
from portal.oversight.finding.typed_words import tokens_of
from portal.people.actor import Audience
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.platform.i18n import LazyString, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.access.blueprint import blueprint
from portal.web.edge import page
from portal.web.edge.edge import repeatable
from portal.web.edge.policy import current_actor, note_viewing
from portal.web.forms import Form, TextField, add_error
from portal.web.labels.paying_words import INVOICE_STATES
from portal.words.decision_labels import OBJECTION_STATES
from portal.words.labels import QUESTION_STATES, VOUCHER_STATES, tag

KEPT, MOST_KEPT = "looked_for", 10
_MARK = re.compile(r"[A-Za-z0-9_-]{8}")
_STATES: Mapping[Findable, Any] = {
    Findable.QUESTION: QUESTION_STATES,
    Findable.VOUCHER: VOUCHER_STATES,
    Findable.INVOICE: INVOICE_STATES,
    Findable.OBJECTION: OBJECTION_STATES,
}
_GROUPS: Sequence[tuple[LazyString, tuple[Findable, ...]]] = (
    (_l("Vragen"), (Findable.QUESTION,)),
    (_l("Vouchers"), (Findable.VOUCHER,)),
    (_l("Facturen"), (Findable.INVOICE, Findable.REDEMPTION)),
    (_l("Bezwaren"), (Findable.OBJECTION,)),
    (_l("Opleiders"), (Findable.PROVIDER, Findable.REGISTRATION)),
)
_PAGES: Mapping[tuple[Audience, Findable], tuple[str, str]] = {
    (Audience.ADVISOR, Findable.QUESTION): ("advisor.question", "question_id"),
    (Audience.ADVISOR, Findable.VOUCHER): ("advisor.voucher", "voucher_id"),
    (Audience.ADVISOR, Findable.INVOICE): ("advisor.invoice", "invoice_id"),
    (Audience.ADVISOR, Findable.REDEMPTION): ("advisor.voucher", "voucher_id"),
    (Audience.ADVISOR, Findable.OBJECTION): ("advisor.objection", "objection_id"),
    (Audience.ADVISOR, Findable.PROVIDER): ("advisor.provider", "provider_id"),
    (Audience.ADVISOR, Findable.REGISTRATION): ("advisor.registration", "registration_id"),
    (Audience.PROVIDER, Findable.VOUCHER): ("provider.invoice", "code"),
    (Audience.PROVIDER, Findable.INVOICE): ("provider.sent_invoice", "invoice_id"),
    (Audience.PROVIDER, Findable.REDEMPTION): ("provider.redemption", "redemption_id"),
}
"""Where a hit leads. What an audience has no page for is shown without a link."""


class FindForm(Form):
    """What is looked for."""

    what = TextField(
        _l("Waar zoekt u naar?"),
        missing=_l("Vul in waar u naar zoekt, bijvoorbeeld een naam of een nummer."),
        maximum=100,
    )

    def validate_what(self, field: TextField) -> None:
        """Signs alone are nothing to look for."""
        if field.data and not tokens_of(field.data):
            add_error(field, _l("Vul letters of cijfers in. Alleen met leestekens kunnen wij niet zoeken."))


@dataclass(frozen=True)
class Line:
    """One line of what was found."""

    text: str
    href: str | None
    note: str
    tag: dict[str, str] | None
    similar: bool


@blueprint.route("/zoeken", methods=["GET", "POST"])
@repeatable
def find() -> ResponseReturnValue:
    """Look for something; the address of what was found holds a mark that tells nothing."""
    if request.method == "POST":
        form = FindForm()
        if form.validate() and not form.errors:
            follow(current_session())
            return redirect(url_for("access.find", z=_keep(form.what.data)), code=303)
        return page("access/find.html", form=form, groups=None, typed="", status=422)
    typed = _kept(request.args.get("z", ""))
    form = FindForm(formdata=None, data={"what": typed})
    if not typed:
        return page("access/find.html", form=form, groups=None, typed="")
    actor, db = current_actor(), current_session()
    found = results(db, actor=actor, found=find_all(db, actor=actor, text=typed))
    return page("access/find.html", form=form, groups=_groups(found, actor.audience), typed=typed, total=_total(found))


def _keep(text: str) -> str:
    """Keep what was typed with the session of this browser, the last few; returns the mark under which."""
    mark = secrets.token_urlsafe(6)
    kept = {**session.get(KEPT, {}), mark: text}
    session[KEPT] = dict(list(kept.items())[-MOST_KEPT:])
    return mark


def _kept(mark: str) -> str:
    return str(session.get(KEPT, {}).get(mark, "")) if _MARK.fullmatch(mark) else ""


def _total(found: Results) -> str:
    return ngettext("%(num)s resultaat", "%(num)s resultaten", found.number)


def _groups(found: Results, audience: Audience) -> list[dict[str, Any]]:
    titles = scheme_titles(current_session(), on=today()) if found.of(Findable.VOUCHER) else {}
    groups = []
    for title, kinds in _GROUPS:
        lines = [_line(hit, audience, titles) for hit in found.of(*kinds)]
        if lines:
            groups.append({"title": title, "lines": lines, "more": bool(found.more.intersection(kinds))})
    if found.people:
        people = {"title": _("Personen en bedrijven"), "lines": [*map(_somebody, found.people)], "more": False}
        groups.insert(1, people)
    return groups


def _line(hit: Hit, audience: Audience, titles: Mapping[str, str]) -> Line:
    if hit.name and hit.question_id is not None:
        note_viewing(question_id=hit.question_id)
    detail = titles.get(hit.detail, hit.detail)
    text, notes = hit.number, [hit.name, detail]
    if hit.kind in (Findable.PROVIDER, Findable.REGISTRATION):
        text, notes = hit.name, [_("KVK-nummer %(number)s", number=hit.number)]
    if hit.kind is Findable.REGISTRATION:
        notes.append(_("vraagt om op de lijst te komen"))
    states = _STATES.get(hit.kind)
    shown = tag(states, hit.state) if states is not None else None
    return Line(text, _href(hit, audience), ", ".join(filter(None, notes)), shown, hit.similar)


def _href(hit: Hit, audience: Audience) -> str | None:
    where = _PAGES.get((audience, hit.kind))
    if where is None:
        return None
    about = hit.voucher_public_id if where[1] == "voucher_id" and hit.voucher_public_id else hit.public_id
    return url_for(where[0], **dict[str, Any]({where[1]: hit.number if where[1] == "code" else about}))


def _somebody(one: SomebodyFound) -> Line:
    note = ngettext("%(num)s gevonden vraag", "%(num)s gevonden vragen", one.questions)
    endpoint = "advisor.company" if one.company else "advisor.person"
    return Line(one.name, url_for(endpoint, question_id=one.question_public_id), note, None, False)
