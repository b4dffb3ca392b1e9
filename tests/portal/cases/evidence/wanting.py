"""A scheme of Proefland that wants to see something with the application."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.catalogue.models import Scheme, SchemeVersion
from schemes.definition import SchemeDefinition
from schemes.files.canonical import canonical_json, content_hash

QUOTATION = {"id": "offerte", "nl": "Een offerte van de opleider", "en": "A quotation of the provider"}
ADDRESS = {"nl": "Een bewijs van uw adres", "en": "Proof of your address"}
LATER = {"id": "diploma", "nl": "Uw diploma", "en": "Your diploma", "moment": "with_payment"}


def let_it_want(session: Session, *pieces: dict[str, Any], scheme: str = "leervoucher") -> SchemeDefinition:
    """Let the version of a scheme that is in force ask for these pieces, as if it had been published so."""
    row = session.scalars(select(SchemeVersion).join(Scheme).where(Scheme.slug == scheme)).one()
    definition = SchemeDefinition.model_validate(json.loads(row.definition_json) | {"evidence": list(pieces)})
    row.definition_json, row.content_hash = canonical_json(definition), content_hash(definition)
    session.flush()
    return definition
