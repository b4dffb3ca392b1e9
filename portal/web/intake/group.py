"""Asking which undertakings an employer is one with, and showing it."""

from __future__ import annotations

import re

from portal.cases.linked.actions import GroupSaid
from portal.cases.linked.models import GroupDeclaration
from portal.platform.i18n import format_euros, format_list
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.forms import EuroField, Form, TextField


class GroupForm(Form):
    """The KvK numbers of the others, one on a line, and the aid that they had."""

    numbers = TextField(_l("KVK-nummers van de andere ondernemingen"), optional=True, multiline=True, maximum=1000)
    aid = EuroField(
        _l("Hoeveel de-minimissteun kregen die ondernemingen samen in de laatste 3 jaar?"),
        optional=True,
        at_most=1_000_000_00,
    )

    def said(self) -> GroupSaid:
        """What the action takes: the numbers as they were typed, without spaces and points in them."""
        parts = re.split(r"[\n,;]", self.numbers.data or "")
        numbers = [number for part in parts if (number := re.sub(r"[\s.]", "", part))]
        return GroupSaid(numbers, self.aid.data or 0)

    def validate(self, extra_validators: object = None) -> bool:
        """Who names others also says what they had, or that it was nothing."""
        super().validate(extra_validators)
        if self.said().numbers and self.aid.data is None and not self.aid.errors:
            self.aid.errors = [_("Vul in hoeveel steun het was. Was er geen steun? Vul dan 0 in.")]
        return not self.errors


def filled_in(said: GroupDeclaration | None) -> dict[str, object]:
    """What the form begins with."""
    if said is None or not said.numbers:
        return {}
    return {"numbers": "\n".join(said.numbers), "aid": said.aid_cents}


def group_said(said: GroupDeclaration | None) -> str | None:
    """What was said about the group, in one line; None when nothing was."""
    if said is None:
        return None
    if not said.numbers:
        return _("geen")
    aid = format_euros(said.aid_cents)
    return _("%(numbers)s (samen %(aid)s steun)", numbers=format_list(said.numbers), aid=aid)
