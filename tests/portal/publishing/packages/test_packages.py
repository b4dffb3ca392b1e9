"""A package goes out signed and comes in as a draft: a false signature, a changed cent and another's name are refused."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.framework.catalogue.models import Scheme, VersionState
from portal.framework.catalogue.queries import as_loaded_region
from portal.people.accounts.models import Organisation
from portal.people.actor import Actor, Audience
from portal.platform.errors import Conflict, Refusal
from portal.publishing.packages.actions import import_package, stop_trusting, trust_signer
from portal.publishing.packages.models import PackageImport, TrustedSigner
from portal.publishing.packages.queries import (
    holds,
    imports_of,
    public_key_text,
    seal_for,
    signed_package,
    signer_of,
    signing_key,
    trusted_signers,
)
from portal.publishing.workshop.queries import document_of, parsed_version
from schemes.basics.findings import BadFile
from schemes.files.canonical import canonical
from schemes.region.package import Package, content_hash_of, package_text, read_package
from tests.drafts import SLUG, STRANGER
from tests.factories import NOW, OWNER, a_region

KEY = signing_key("a secret of at least thirty-two characters")
OTHER = signing_key("another secret of thirty-two characters!")
REGION = Actor(Audience.REGION, account_id=77, display_name="Rik Regio")
LATER = NOW + timedelta(minutes=1)


def exported(session: Session) -> str:
    a_region(session)
    text = signed_package(session, scheme=SLUG, key=KEY, actor=OWNER, on=NOW.date())
    assert text is not None
    return text


def resealed(text: str, key: Any = OTHER, **changes: Any) -> str:
    """The package with another content, honestly signed again."""
    package = read_package(text)
    definition = package.content.definition.model_copy(update=changes)
    cases = package.content.cases
    if cases is not None and "scheme" in changes:
        cases = cases.model_copy(update={"scheme": changes["scheme"]})
    content = package.content.model_copy(update={"definition": definition, "cases": cases})
    number = content_hash_of(content)
    seal = None if key is None else seal_for(number, "Regio Elders", key)
    return package_text(Package(format=package.format, content=content, content_hash=number, seal=seal))


def test_the_same_secret_gives_the_same_key_and_another_secret_another() -> None:
    assert public_key_text(KEY) == public_key_text(signing_key("a secret of at least thirty-two characters"))
    assert public_key_text(KEY) != public_key_text(OTHER)
    with pytest.raises(ValueError, match="SECRET_KEY"):
        signing_key("")


def test_a_package_that_goes_out_is_signed_and_the_signature_holds(session: Session) -> None:
    package = read_package(exported(session))
    assert package.seal is not None and package.seal.public_key == public_key_text(KEY)
    assert holds(package)
    wrong = package.model_copy(update={"seal": package.seal.model_copy(update={"public_key": public_key_text(OTHER)})})
    assert not holds(wrong)


def test_a_stranger_exports_nothing_and_imports_nothing_of_another(session: Session) -> None:
    text = exported(session)
    assert signed_package(session, scheme=SLUG, key=KEY, actor=STRANGER, on=NOW.date()) is None
    with pytest.raises(Refusal):
        import_package(session, text=text, actor=STRANGER, now=LATER)
    with pytest.raises(Refusal):
        import_package(session, text=text, actor=REGION, now=LATER)
    assert session.scalars(select(PackageImport)).all() == []


def test_a_package_comes_in_as_a_draft_that_says_the_same(session: Session) -> None:
    text = exported(session)
    draft = import_package(session, text=text, actor=OWNER, now=LATER)
    assert draft.state is VersionState.DRAFT
    kept, sent = parsed_version(draft), read_package(text).content
    assert kept.findings == () and kept.definition is not None
    assert canonical(kept.definition) | {"version": 0} == canonical(sent.definition) | {"version": 0}
    source = imports_of(session, version_id=draft.id)[0]
    assert (source.seal, source.public_key) == ("unknown_signer", public_key_text(KEY))
    assert source.fit["missing_facts"] == [] and source.needed == {"facts": [], "lists": []}


def test_a_second_import_does_not_overwrite_a_draft_that_is_there(session: Session) -> None:
    text = exported(session)
    first = import_package(session, text=text, actor=OWNER, now=LATER)
    before = document_of(first)
    with pytest.raises(Conflict, match="al een concept"):
        import_package(session, text=text, actor=OWNER, now=LATER + timedelta(hours=1))
    assert document_of(first) == before


def test_a_trusted_signer_is_named_until_it_is_trusted_no_longer(session: Session) -> None:
    text = exported(session)
    trust_signer(session, name="Regio Zwolle", public_key=public_key_text(KEY), actor=REGION, now=NOW)
    draft = import_package(session, text=text, actor=OWNER, now=LATER)
    assert imports_of(session, version_id=draft.id)[0].seal == "trusted"
    known = signer_of(session, public_key=public_key_text(KEY))
    assert known is not None
    stop_trusting(session, signer=known, actor=REGION, now=LATER)
    assert trusted_signers(session) == []
    assert imports_of(session, version_id=draft.id)[0].seal == "trusted", "what was known then stays"


def test_a_changed_cent_is_refused_and_so_is_a_signature_for_something_else(session: Session) -> None:
    text = exported(session)
    plain = json.loads(text)
    plain["content"]["definition"]["review_on"] = "2031-01-01"
    with pytest.raises(BadFile) as caught:
        import_package(session, text=json.dumps(plain), actor=OWNER, now=LATER)
    assert caught.value.findings[0].code == "hash_differs"
    moved = json.loads(resealed(text, review_on=read_package(text).content.definition.review_on + timedelta(days=1)))
    moved["seal"] = json.loads(text)["seal"]
    with pytest.raises(Refusal, match="handtekening"):
        import_package(session, text=json.dumps(moved), actor=OWNER, now=LATER)
    assert import_package(session, text=resealed(text, key=None), actor=OWNER, now=LATER).state is VersionState.DRAFT


def test_a_scheme_this_desk_does_not_know_becomes_a_new_one_of_the_importer(session: Session) -> None:
    text = resealed(exported(session), scheme="leerbon-elders")
    owner = session.scalars(select(Scheme.owner).where(Scheme.slug == SLUG)).one()
    organisation = session.scalars(select(Organisation).where(Organisation.slug == owner)).one()
    importer = replace(OWNER, organisation_id=organisation.id)
    draft = import_package(session, text=text, actor=importer, now=LATER)
    assert draft.scheme.slug == "leerbon-elders"
    assert document_of(draft)["owner"] == owner


def test_facts_that_are_missing_here_are_listed_with_their_definitions(session: Session) -> None:
    text = exported(session)
    package = read_package(text)
    known = as_loaded_region(session, on=NOW.date()).facts
    fact = known["training_start"].model_copy(update={"key": "wordt_hier_niet_gevraagd"})
    content = package.content.model_copy(update={"facts": (*package.content.facts, fact)})
    number = content_hash_of(content)
    draft = import_package(
        session,
        actor=OWNER,
        now=LATER,
        text=package_text(Package(format=package.format, content=content, content_hash=number)),
    )
    source = imports_of(session, version_id=draft.id)[0]
    assert source.fit["missing_facts"] == ["wordt_hier_niet_gevraagd"]
    assert source.needed["facts"][0]["key"] == "wordt_hier_niet_gevraagd"


@pytest.mark.parametrize(
    ("name", "key", "field"),
    [
        ("", public_key_text(KEY), "name"),
        ("Regio", "kort", "public_key"),
        ("Regio", "é" * 44, "public_key"),
        ("Regio", base64.b64encode(b"x" * 31).decode(), "public_key"),
    ],
)
def test_a_key_that_is_none_is_refused_at_its_field(session: Session, name: str, key: str, field: str) -> None:
    with pytest.raises(Refusal) as caught:
        trust_signer(session, name=name, public_key=key, actor=REGION, now=NOW)
    assert caught.value.field == field


def test_only_the_region_says_who_is_trusted_and_a_key_only_once(session: Session) -> None:
    key = public_key_text(KEY)
    with pytest.raises(Refusal):
        trust_signer(session, name="Regio", public_key=key, actor=OWNER, now=NOW)
    trust_signer(session, name="Regio", public_key=key, actor=REGION, now=NOW)
    with pytest.raises(Refusal, match="al"):
        trust_signer(session, name="Nog eens", public_key=key, actor=REGION, now=NOW)


@pytest.mark.parametrize(
    "wrong",
    [{"removed_at": NOW}, {"removed_by": "account:1"}, {"public_key": "kort"}],
)
def test_the_database_refuses_a_signer_that_is_half_removed_or_no_key(session: Session, wrong: dict[str, Any]) -> None:
    right = {"name": "Regio", "public_key": public_key_text(KEY), "added_at": NOW, "added_by": "account:1"}
    session.add(TrustedSigner(**right))
    session.flush()
    session.add(TrustedSigner(**(right | wrong)))
    with pytest.raises(IntegrityError):
        session.flush()


def test_nobody_is_a_second_person_for_their_own_import(session: Session) -> None:
    from portal.publishing.workshop.queries import is_second_person

    draft = import_package(session, text=exported(session), actor=OWNER, now=LATER)
    assert not is_second_person(draft, OWNER)
    assert is_second_person(draft, replace(OWNER, account_id=905))
