"""Acts on the trainings of the region: enter one, correct it, retire it, take it up again. The region and the admin do so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any, cast

from sqlalchemy import Table, delete, insert
from sqlalchemy.orm import Session, lazyload

from portal.framework.trainings.models import (
    PRICE_KINDS,
    EarlierSector,
    RegionTraining,
    TeachingForm,
    TrainingPrice,
    TrainingTerms,
    TrainingWord,
    terms_of,
)
from portal.framework.trainings.queries import (
    label_texts,
    municipality_names,
    plain_words,
    sectors,
    spellings,
)
from portal.ledger.closing import first_day_to_count
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.database import insert_into, new_public_id
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import write_guarded
from portal.platform.i18n import lazy_gettext as _l
from schemes.basics.values import Text

WRITES = (Audience.REGION, Audience.ADMIN, Audience.SYSTEM)
MOST_STARTS = 24
MOST_CENTS = 100_000_00
"""The most that one kind of cost may be, in cents."""
MOST_WEEKS, MOST_HOURS = 520, 10_000
LONGEST = {"reference": 120, "name": 200, "provider": 200, "source": 200, "description": 500}
_PRICES, _WORDS = cast(Table, TrainingPrice.__table__), cast(Table, TrainingWord.__table__)
"""Written as tables: many rows at once, which nobody holds as records."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufffd\ufffe\uffff]")


@dataclass
class TrainingRules:
    """What the region knows that trainings are held against, read once for many of them."""

    session: Session
    today: date

    @cached_property
    def sectors(self) -> dict[str, Text]:
        """The sectors with their names."""
        return sectors(self.session)

    @cached_property
    def municipalities(self) -> dict[str, str]:
        """The names of municipalities by their code."""
        return municipality_names(self.session, on=self.today)


def wrong_terms(terms: TrainingTerms, rules: TrainingRules) -> list[Refusal]:
    """Everything that cannot be said of a training, each at its field."""
    return [*_wrong_texts(terms), *_wrong_codes(terms), *_wrong_place(terms, rules), *_wrong_prices(terms)]


def enter_training(
    session: Session, *, terms: TrainingTerms, actor: Actor, now: datetime, rules: TrainingRules | None = None
) -> RegionTraining:
    """Add a training. Raises ``Refusal`` at the field, ``Conflict`` when the reference is in use."""
    rules = _checked(session, terms, actor, now, rules)
    values = _values(terms, rules) | {"public_id": new_public_id(), "reference": terms.reference, "revision": 1}
    values |= {"written_at": now, "written_by": actor.reference}
    values |= {"retired_at": now, "retired_by": actor.reference} if terms.retired else {}
    training: RegionTraining | None = session.scalar(_adding(insert_into(session)), values)
    if training is None:
        raise Conflict("reference_in_use", _l("Er is al een opleiding met dit kenmerk."), field="reference")
    _write_prices(session, training, terms)
    _write_words(session, training, terms)
    record(
        session,
        actor=actor,
        action="training.entered",
        object_kind="region_training",
        object_id=training.id,
        now=now,
    )
    return training


def correct_training(
    session: Session,
    *,
    training: RegionTraining,
    terms: TrainingTerms,
    actor: Actor,
    now: datetime,
    rules: TrainingRules | None = None,
) -> None:
    """Replace what is said of a training, as it was read; its reference stays.

    Raises ``Refusal`` at the field, ``Conflict`` when somebody else wrote in it since it was read.
    """
    rules = _checked(session, terms, actor, now, rules)
    before = terms_of(training)
    was_retired = training.retired_at is not None
    values = _values(terms, rules) | {"written_at": now, "written_by": actor.reference}
    if terms.retired != was_retired:
        values |= {
            "retired_at": now if terms.retired else None,
            "retired_by": actor.reference if terms.retired else None,
        }
    write_guarded(
        session,
        training,
        RegionTraining.revision == training.revision,
        otherwise=_changed(),
        revision=RegionTraining.revision + 1,
        **{
            name: value for name, value in values.items() if getattr(training, name) != value
        },  # a list corrects thousands
    )
    if terms.sector != before.sector:
        changed_on = first_day_to_count(session, on=local_date(now))
        session.add(EarlierSector(training_id=training.id, changed_on=changed_on, sector=before.sector))
    if terms.prices != before.prices:
        _forget(session, training, TrainingPrice)
        _write_prices(session, training, terms)
    if (terms.name, terms.provider_name) != (before.name, before.provider_name):
        _forget(session, training, TrainingWord)
        _write_words(session, training, terms)
    record(
        session,
        actor=actor,
        action="training.corrected",
        object_kind="region_training",
        object_id=training.id,
        now=now,
        fields=sorted(name for name in vars(terms) if getattr(terms, name) != getattr(before, name)),
    )


def retire_training(session: Session, *, training: RegionTraining, actor: Actor, now: datetime) -> None:
    """Say that a training is not given any more: nobody finds or chooses it. Raises ``Conflict`` when that was said already."""
    may_write(actor)
    write_guarded(
        session,
        training,
        RegionTraining.retired_at.is_(None),
        otherwise=Conflict("retired_already", _l("Deze opleiding is al vervallen.")),
        retired_at=now,
        retired_by=actor.reference,
        revision=RegionTraining.revision + 1,
    )
    record(
        session, actor=actor, action="training.retired", object_kind="region_training", object_id=training.id, now=now
    )


def reinstate_training(session: Session, *, training: RegionTraining, actor: Actor, now: datetime) -> None:
    """Take up a retired training again. Raises ``Conflict`` when it is not retired (any more)."""
    may_write(actor)
    write_guarded(
        session,
        training,
        RegionTraining.retired_at.is_not(None),
        otherwise=Conflict("not_retired", _l("Deze opleiding is niet vervallen.")),
        retired_at=None,
        retired_by=None,
        revision=RegionTraining.revision + 1,
    )
    record(
        session,
        actor=actor,
        action="training.reinstated",
        object_kind="region_training",
        object_id=training.id,
        now=now,
    )


def may_write(actor: Actor) -> None:
    """Raise ``Refusal`` for who may not write trainings."""
    if actor.audience not in WRITES:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))


@cache
def _adding(insert: Callable[..., Any]) -> Any:
    """The statement that adds a training unless its reference is in use. It is made once: a list adds thousands."""
    adding = insert(RegionTraining).on_conflict_do_nothing(index_elements=["reference"]).returning(RegionTraining)
    return adding.options(lazyload(RegionTraining.prices))  # it has none yet


def _changed() -> Conflict:
    return Conflict(
        "training_changed",
        _l("Iemand anders heeft deze opleiding net veranderd. Kijk wat er nu staat en probeer opnieuw."),
    )


def _checked(
    session: Session, terms: TrainingTerms, actor: Actor, now: datetime, rules: TrainingRules | None
) -> TrainingRules:
    may_write(actor)
    rules = rules or TrainingRules(session, local_date(now))
    for wrong in wrong_terms(terms, rules):
        raise wrong
    return rules


def _values(terms: TrainingTerms, rules: TrainingRules) -> dict[str, Any]:
    place = rules.municipalities.get(terms.municipality or "", "")
    seen = [terms.name, terms.provider_name, place, *label_texts(rules.sectors, terms.sector), terms.description or ""]
    return {
        "name": terms.name,
        "provider_name": terms.provider_name,
        "provider_kvk": terms.provider_kvk,
        "level": terms.level,
        "crebo": terms.crebo,
        "croho": terms.croho,
        "sector": terms.sector,
        "shortage": terms.shortage,
        "form": terms.form,
        "evening": terms.evening,
        "municipality": terms.municipality,
        "starts": [day.isoformat() for day in terms.starts],
        "any_time": terms.any_time,
        "weeks": terms.weeks,
        "hours": terms.hours,
        "crkbo": terms.crkbo,
        "description": terms.description,
        "source": terms.source,
        "as_of": terms.as_of,
        "search_text": " ".join(plain_words(" ".join(seen))),
    }


def _forget(session: Session, training: RegionTraining, part: type[TrainingPrice | TrainingWord]) -> None:
    gone = delete(part).where(part.training_id == training.id)
    session.execute(gone, execution_options={"synchronize_session": False})  # nobody holds these rows


def _write_prices(session: Session, training: RegionTraining, terms: TrainingTerms) -> None:
    if terms.prices:
        lines = [
            {"training_id": training.id, "category": one.category, "amount_cents": one.amount_cents, "vat_cents": one.vat_cents}
            for one in terms.prices
        ]  # fmt: skip
        session.execute(insert(_PRICES), lines)
    session.expire(training, ["prices"])


def _write_words(session: Session, training: RegionTraining, terms: TrainingTerms) -> None:
    """The spellings of the words of its name and its provider, by which it is found with a mistake in one."""
    words = plain_words(f"{terms.name} {terms.provider_name}")
    found = sorted({spelling for word in words for spelling in spellings(word)})
    if found:
        session.execute(insert(_WORDS), [{"training_id": training.id, "spelling": one} for one in found])


# What cannot be -----------------------------------------------------------------------------------------------------------


def _wrong_texts(terms: TrainingTerms) -> Iterator[Refusal]:
    texts = {
        "reference": terms.reference,
        "name": terms.name,
        "provider": terms.provider_name,
        "source": terms.source,
        "description": terms.description or "",
    }
    for field, text in texts.items():
        if not text.strip() and field != "description":
            yield Refusal(f"{field}_missing", _l("Vul dit in."), field=field)
        elif len(text) > LONGEST[field]:
            yield Refusal("too_long", _l("Gebruik niet meer dan %(most)s tekens.", most=LONGEST[field]), field=field)
        elif text.startswith(_FORMULA):
            message = _l(
                "Begin met een letter of een cijfer. Een tekst die met =, +, - of @ begint, nemen wij niet aan."
            )
            yield Refusal("formula", message, field=field)
        elif _UNREADABLE.search(text):
            message = _l("Hier staat een teken dat wij niet kunnen lezen. Typ de tekst opnieuw, zonder te plakken.")
            yield Refusal("unreadable", message, field=field)


def _wrong_codes(terms: TrainingTerms) -> Iterator[Refusal]:
    if terms.provider_kvk is not None and not re.fullmatch(r"[0-9]{8}", terms.provider_kvk, re.ASCII):
        yield Refusal("kvk_number", _l("Een KVK-nummer heeft 8 cijfers."), field="kvk")
    if terms.level is not None and not 1 <= terms.level <= 8:
        yield Refusal("level", _l("Een niveau is een getal van 1 tot en met 8."), field="level")
    for field, code in (("crebo", terms.crebo), ("croho", terms.croho)):
        if code is not None and not re.fullmatch(r"[0-9]{5}", code, re.ASCII):
            yield Refusal(field, _l("Dit nummer heeft 5 cijfers."), field=field)
    for field, number, most in (("weeks", terms.weeks, MOST_WEEKS), ("hours", terms.hours, MOST_HOURS)):
        if number is not None and not 1 <= number <= most:
            yield Refusal(field, _l("Vul een getal in van 1 tot en met %(most)s.", most=most), field=field)


def _wrong_place(terms: TrainingTerms, rules: TrainingRules) -> Iterator[Refusal]:
    if terms.sector is None and rules.sectors:
        yield Refusal("sector_missing", _l("Kies de sector."), field="sector")
    elif terms.sector is not None and terms.sector not in rules.sectors:
        yield Refusal("sector", _l("Deze sector kennen wij niet. Kies een sector uit de lijst."), field="sector")
    if terms.municipality is None and terms.form is not TeachingForm.ONLINE:
        message = _l("Vul de gemeente in. Alleen een opleiding die helemaal online is, heeft er geen.")
        yield Refusal("municipality_missing", message, field="municipality")
    elif terms.municipality is not None and terms.municipality not in rules.municipalities:
        message = _l("Deze gemeente kennen wij niet. Vul de naam van een gemeente in, zoals Deventer.")
        yield Refusal("municipality", message, field="municipality")
    if len(terms.starts) > MOST_STARTS:
        message = _l("Vul niet meer dan %(most)s startdagen in.", most=MOST_STARTS)
        yield Refusal("starts", message, field="starts")
    if terms.as_of > rules.today:
        yield Refusal("as_of_later", _l("Deze dag is nog niet geweest. Vul in wanneer de bron dit zei."), field="as_of")


def _wrong_prices(terms: TrainingTerms) -> Iterator[Refusal]:
    seen: set[str] = set()
    for line in terms.prices:
        if line.category not in PRICE_KINDS or line.category in seen:
            message = _l("Kies een kostensoort uit de lijst.")
            yield Refusal("unknown_category", message, field=line.category)
        elif not 0 < line.amount_cents <= MOST_CENTS:
            message = _l("Vul een bedrag in van meer dan € 0 en hoogstens € 100.000.")
            yield Refusal("amount_out_of_range", message, field=line.category)
        elif not 0 <= line.vat_cents < line.amount_cents:
            message = _l("De btw is een deel van het bedrag. Vul een lager bedrag in.")
            yield Refusal("vat_out_of_range", message, field=f"{line.category}_vat")
        elif terms.crkbo and line.category == "tuition" and line.vat_cents:
            message = _l(
                "Een opleider in het CRKBO rekent geen btw over lesgeld. Haal de btw weg, of kies bij CRKBO nee."
            )
            yield Refusal("vat_of_exempt", message, field="tuition_vat")
        seen.add(line.category)
