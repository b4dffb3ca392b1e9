"""Facts that an advisor asked, as fields of one form: what the person answers waits until an advisor accepts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.framework.catalogue.queries import as_json
from portal.platform.errors import Refusal
from portal.platform.i18n import gettext as _
from portal.web.forms import ChoiceField, Form, add_error
from portal.web.intake.fields import ELSEWHERE, KINDS, all_municipalities, fact_field, words_of
from portal.web.intake.state import UNKNOWN, Intake
from schemes.facts import FactDefinition

PREFIX = "fact_"


@dataclass(frozen=True)
class AskedFact:
    """One fact that is asked: its field, how it is shown, and the words beside it."""

    field: Any
    kind: str
    hint: str | None
    why: str


class AsksFacts(Form):
    """A form with facts in it: what is wrong with one stands at its field."""

    def refuse(self, refusal: Refusal) -> None:
        """As every form, and by the key of a fact."""
        at = PREFIX + (refusal.field or "")
        if at in self:
            add_error(self[at], refusal.message)
        else:
            super().refuse(refusal)


def form_with_facts(form: type[Form], intake: Intake, keys: Sequence[str]) -> Form:
    """A form of this class with a field for each of these facts; a fact that this region does not ask is left out."""
    facts = _definitions(intake, keys)
    made = type(
        f"{form.__name__}WithFacts", (AsksFacts, form), {PREFIX + key: _field(one) for key, one in facts.items()}
    )
    filled: Form = made()
    for key, definition in facts.items():
        if definition.type == "municipality":
            known = [(one.code, one.name) for one in all_municipalities(intake)]
            other = [
                (ELSEWHERE, _("Niet in Nederland, of niet in deze lijst")),
                (UNKNOWN, words_of(definition).unknown),
            ]
            filled[PREFIX + key].choices = [("", _("Kies een gemeente")), *known, *other]
    return filled


def asked_facts(form: Form, intake: Intake, keys: Sequence[str]) -> list[AskedFact]:
    """The fields of a form (`form_with_facts`) in the order in which they were asked."""
    rows = []
    for key, definition in _definitions(intake, keys).items():
        words = words_of(definition)
        kind = "select" if definition.type == "municipality" else KINDS.get(definition.type, definition.type)
        rows.append(AskedFact(form[PREFIX + key], kind, words.hint, words.why))
    return rows


def answers_in(form: Form, intake: Intake, keys: Sequence[str]) -> dict[str, Any]:
    """The answers that were filled in, as values of the question; what was left empty is not in it."""
    found = {}
    for key, definition in _definitions(intake, keys).items():
        value = form[PREFIX + key].data
        if value in (None, "", []):
            continue
        if definition.type == "yes_no":
            value = {"yes": True, "no": False}.get(value, UNKNOWN)
        found[key] = value.isoformat() if isinstance(value, date) else as_json(value)
    return found


def _definitions(intake: Intake, keys: Sequence[str]) -> Mapping[str, FactDefinition]:
    return {key: intake.known.facts[key] for key in keys if key in intake.known.facts}


def _field(definition: FactDefinition) -> Any:
    words = words_of(definition)
    if definition.type == "municipality":
        return ChoiceField(words.question, optional=True)
    field = fact_field(definition, words)
    field.kwargs.update(optional=True)
    return field
