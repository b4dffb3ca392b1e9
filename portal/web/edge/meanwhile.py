"""What changed between looking at a page and sending its form: the person reads why, and what was typed stays on the page.

A form that is still there is refused by `portal.web.forms.Form.sent_while`. A page that is not there any more is left with
`leave_for`. In both cases nothing is done, and what has no field on the page any more is given back, to be copied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request
from werkzeug.wrappers import Response
from wtforms.widgets import HiddenInput

from portal.platform.errors import Conflict
from portal.platform.i18n import gettext as _
from portal.web.edge.again import OURS
from portal.web.edge.sight import READING, SEEN_FIELD

MAIN = '<main id="main" tabindex="-1">'
"""Where what a page holds begins."""
SUMMARY = 'id="error-summary"'
_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_OUR_WORD = re.compile(r"[a-z]+(_[a-z]+)+")


class ChangedMeanwhile(Conflict):
    """What a page is for cannot be done any more: that changed since it was opened.

    ``to`` is the page that shows how things stand, ``form`` the form that was sent, when the page has them.
    """

    def __init__(self, message: Any, *, to: str | None = None, form: Any = None) -> None:
        super().__init__("changed_meanwhile", message)
        self.to, self.form = to, form


@dataclass(frozen=True)
class Typed:
    """One answer as it was given, with the words of its field when they are known."""

    label: str
    text: str


def leave_for(to: str, otherwise: Any, form: Any = None) -> Response:
    """Leave a page that is not there now. Who looks goes on to ``to``; who sends its form is told ``otherwise``, why not.

    Raises ``ChangedMeanwhile`` for who sends it.
    """
    if request.method in READING:
        return redirect(to, code=303)
    raise ChangedMeanwhile(otherwise, to=to, form=form)


def typed_in(form: Any = None, *, beside: str = "") -> list[Typed]:
    """What was typed or chosen in what was sent. Of ``beside``, a finished page, only what has no field on it."""
    fields = {one.name: one for one in _fields_of(form)}
    typed = [
        Typed(*_in_words(fields.get(name), value))
        for name, value in request.form.items(multi=True)
        if name not in OURS and name != SEEN_FIELD and value.strip() and f' name="{name}"' not in beside
        if not isinstance(getattr(fields.get(name), "widget", None), HiddenInput)
    ]
    files = [Typed(_("Bestand"), str(file.filename)) for file in request.files.values() if file.filename]
    return [one for one in typed if one.text] + ([] if 'type="file"' in beside else files)


def with_what_was_typed(html: str, form: Any) -> str:
    """A page of a form that was refused, with what it would not show: first why, and below that what was typed in fields that
    went away.
    """
    typed = typed_in(form, beside=html)
    if form.errors and SUMMARY not in html:
        html = html.replace(MAIN, MAIN + render_template("components/refused.html", form=form), 1)
    if typed:
        told = render_template("components/typed.html", typed=typed)
        # The summary stands above the heading or below it.
        above = max(_end_of(html, MAIN), _end_of(html, "</h1>"), _end_of(html, "</div>", html.find(SUMMARY)))
        html = html[:above] + told + html[above:]
    return html


def _end_of(html: str, what: str, begin: int = 0) -> int:
    """Where something ends in a page; 0 when it is not there."""
    found = html.find(what, begin) if begin >= 0 else -1
    return found + len(what) if found >= 0 else 0


def _fields_of(form: Any) -> Iterator[Any]:
    """The fields of a form, also those in its rows and groups."""
    for field in form if form is not None else ():
        inside = getattr(field, "form", None) or getattr(field, "entries", None)
        if inside:
            yield from _fields_of(inside)
        else:
            yield field


def _in_words(field: Any, value: str) -> tuple[str, str]:
    """The words of a field, and what was answered: the words of what was chosen, the rest as it was typed.

    A field whose choices come and go says itself what a key stood for (``words_of_choice``). A key of ours that stands for
    something chosen is nothing that somebody can copy, and of a field that is not known neither is a word of the program.
    """
    label = str(field.label.text) if field is not None else ""
    choices = {str(key): str(words) for key, words in getattr(field, "choices", None) or ()}
    if hasattr(field, "words_of_choice"):
        return label, str(field.words_of_choice(value))
    if value in choices:
        return label, choices[value]
    if getattr(field, "type", "") == "ConfirmField":
        return label, _("Ja")
    ours = _PUBLIC_ID.fullmatch(value) or (field is None and _OUR_WORD.fullmatch(value))
    return label, "" if ours else value.strip()
