"""Training providers: on the list, approved per scheme, and off again."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from portal.people.accounts.actions import ensure_organisation
from portal.people.accounts.models import OrganisationKind
from portal.platform.errors import Conflict, Refusal
from portal.spending.providers.actions import approve_provider, register_provider, withdraw_approval, withdraw_provider
from portal.spending.providers.queries import (
    approved_schemes,
    is_approved,
    provider_by_public_id,
    provider_of,
    providers,
)
from tests.factories import ADVISOR, NOBODY, NOW, OWNER, REGION, SYSTEM, a_provider, a_region


def register(session: Session, slug: str = "roc", **more: object) -> object:
    place = ensure_organisation(session, slug=slug, name="ROC", kind=OrganisationKind.PROVIDER, actor=SYSTEM, now=NOW)
    given = {
        "organisation_id": place.id,
        "name": "ROC",
        "kvk_number": "12345678",
        "iban": None,
        "actor": ADVISOR,
        "now": NOW,
    }
    return register_provider(session, **(given | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": " "}, "name"),
        ({"kvk_number": "123"}, "kvk_number"),
        ({"iban": "NL00BANK0123456789", "actor": SYSTEM}, "iban"),
    ],
)
def test_wrong_input_is_refused_at_the_field(session: Session, more: dict[str, object], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        register(session, **more)
    assert refused.value.field == field


def test_only_a_program_that_loads_a_list_gives_an_account_number_with_it(session: Session) -> None:
    for actor in (ADVISOR, REGION):
        with pytest.raises(Refusal) as refused:
            register(session, iban="NL91ABNA0417164300", actor=actor)
        assert (refused.value.code, refused.value.field) == ("second_person", "iban")
    provider = register(session, iban="nl91 abna 0417 1643 00", actor=SYSTEM)
    assert provider.iban == "NL91ABNA0417164300"  # type: ignore[attr-defined]


def test_a_provider_is_registered_once(session: Session) -> None:
    register(session)
    for more in ({}, {"slug": "ander"}, {"kvk_number": "87654321"}):
        with pytest.raises(Conflict):
            register(session, **more)  # type: ignore[arg-type]


def test_the_desk_or_the_owner_of_the_scheme_approves_and_withdraws(session: Session) -> None:
    a_region(session)
    provider, pia = a_provider(session, schemes=[])
    approve_provider(session, provider=provider, scheme="materiaalvoucher", actor=OWNER, now=NOW)
    for actor in (OWNER, pia, NOBODY):
        with pytest.raises(Refusal):
            approve_provider(session, provider=provider, scheme="leervoucher", actor=actor, now=NOW)
    with pytest.raises(Conflict):
        approve_provider(session, provider=provider, scheme="materiaalvoucher", actor=OWNER, now=NOW)
    approve_provider(session, provider=provider, scheme="materiaalvoucher", actor=ADVISOR, now=NOW)
    assert is_approved(session, provider=provider, scheme="materiaalvoucher")
    with pytest.raises(Refusal):
        withdraw_approval(session, provider=provider, scheme="materiaalvoucher", reason=" ", actor=OWNER, now=NOW)
    withdraw_approval(session, provider=provider, scheme="materiaalvoucher", reason="Klachten", actor=OWNER, now=NOW)
    assert approved_schemes(session, provider=provider) == frozenset()
    with pytest.raises(Conflict):
        withdraw_approval(session, provider=provider, scheme="materiaalvoucher", reason="x", actor=OWNER, now=NOW)
    approve_provider(session, provider=provider, scheme="materiaalvoucher", actor=OWNER, now=NOW)
    assert len(provider.approvals) == 3, "those that were withdrawn are kept"


def test_off_the_list_is_off_for_every_scheme(session: Session) -> None:
    a_region(session)
    provider, _ = a_provider(session)
    withdraw_provider(session, provider=provider, actor=ADVISOR, now=NOW)
    withdraw_provider(session, provider=provider, actor=ADVISOR, now=NOW)
    assert approved_schemes(session, provider=provider) == frozenset()
    with pytest.raises(Conflict):
        approve_provider(session, provider=provider, scheme="leervoucher", actor=ADVISOR, now=NOW)


def test_a_provider_sees_itself_and_an_owner_those_of_its_schemes(session: Session) -> None:
    (one, pia), (two, _) = (
        a_provider(session, schemes=["materiaalvoucher"]),
        a_provider(session, schemes=["leervoucher"]),
    )
    by_name = sorted((one, two), key=lambda provider: provider.name)  # "Opleider 10" stands before "Opleider 9"
    assert providers(session, actor=REGION) == by_name
    assert providers(session, actor=OWNER) == [one] and providers(session, actor=pia) == [one]
    assert providers(session, actor=NOBODY) == []
    assert provider_of(session, actor=pia) is one and provider_of(session, actor=ADVISOR) is None
    for actor, sees in ((pia, False), (OWNER, False), (ADVISOR, True), (NOBODY, False)):
        assert (provider_by_public_id(session, public_id=two.public_id, actor=actor) is two) is sees
