"""The errors of a form stand in the order of its fields: then somebody mends them from the top of the page to the bottom. And what
is called optional is never asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from flask import Flask, template_rendered
from lxml.html import document_fromstring
from wtforms.fields import Field, FieldList, FormField
from wtforms.form import BaseForm

from tests.web.walking import with_class, words_of

_ID = re.compile(r'\sid="([^"]+)"')


@contextmanager
def forms_shown(app: Flask) -> Iterator[list[BaseForm]]:
    """Every form that a page of this application is made with, as long as this lasts."""
    shown: list[BaseForm] = []

    def keep(_sender: Flask, context: dict[str, Any], **_rest: Any) -> None:
        shown.extend(one for one in context.values() if isinstance(one, BaseForm))

    with template_rendered.connected_to(keep, app):
        yield shown


def ids_of(form: BaseForm) -> Iterator[str]:
    """The ids of the fields, in the order in which the summary names their errors."""
    for field in form:
        yield from _ids_of_field(field)


def _ids_of_field(field: Field) -> Iterator[str]:
    if isinstance(field, FieldList):
        for entry in field.entries:
            yield from _ids_of_field(entry)
    elif isinstance(field, FormField):
        yield from ids_of(field.form)
    else:
        yield str(field.id)


def out_of_order(form: BaseForm, page: str) -> str | None:
    """Which field stands on the page above one that the form names earlier; None when all stand in the order of the form."""
    places = {name: place for place, name in reversed(list(enumerate(_ID.findall(page))))}
    shown = [name for name in ids_of(form) if name in places]
    for before, after in pairwise(shown):
        if places[after] < places[before]:
            return f"{type(form).__name__}: {after} stands above {before} on the page, and not in the form"
    return None


def optional_but_asked(page: str) -> list[str]:
    """The fields on a page that are called optional and have an error: what may be left out was asked for all the same."""
    found = []
    for box in with_class(document_fromstring(page), "has-error"):
        called = [one for one in with_class(box, "optional") if with_class(one, "field", "ancestor")[-1] is box]
        found += [words_of(one.getparent()) for one in called]
    return found
