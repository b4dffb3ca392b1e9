"""What a form in Open Forms (Open Formulieren) sends by its registration "Generic JSON", as a question to the desk.

Open Forms sends no Idempotency-Key and tries again by itself when an answer was lost. The public reference of the submission
stays the same then, so that is the key (``registration_timestamp`` in the same metadata does not). It must be among the metadata
that the form sends; it is there unless somebody took it out. Source: see `portal.web.api.form_mapping`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from flask import Response, current_app
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from portal.framework.catalogue.queries import catalogue, has_region
from portal.framework.tokens.models import TokenScope
from portal.platform.clock import today
from portal.platform.config import Settings
from portal.platform.database import current_session
from portal.platform.idempotency import fingerprint
from portal.web.api.blueprint import operation
from portal.web.api.form_mapping import OURS, FormMapping, Translated, form_mapping, translated
from portal.web.api.questions import SentQuestionValue, sent
from portal.web.api.reading import KINDS, OTHERWISE, pointer_of
from portal.web.api.whole_body import WholeQuestionBody, as_sent
from portal.web.edge import OwnKey, found, keyed_by
from portal.web.edge.programs import InputError, problem
from portal.web.intake.whole import WrongAnswer

REFERENCE = "public_reference"


class FormBody(BaseModel):
    """What the registration of a form sends. What is not named here (the two schemas) is not looked at."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    values: dict[str, Any] = Field(description="What was filled in, by the keys of the components.")
    metadata: dict[str, Any] = Field(description="With public_reference: by it a form that is sent again is known.")


def key_of_form(body: Any) -> OwnKey | None:
    """The public reference of the submission, in metadata. With the same reference the answers have to be the same too."""
    values = body.get("values") if isinstance(body, dict) else None
    metadata = body.get("metadata") if isinstance(body, dict) else None
    reference = metadata.get(REFERENCE) if isinstance(metadata, dict) else None
    if not isinstance(reference, str) or not 0 < len(reference.strip()) <= 200:
        return None
    return OwnKey(fingerprint("open-forms", reference.strip()), json.dumps(values, sort_keys=True))


def mapping_of(settings: Settings) -> FormMapping:
    """The mapping of this desk. Raises ``BadFile`` with all that is wrong with it."""
    return form_mapping(settings.open_forms_mapping or OURS)


@operation(
    "/open-forms-submissions",
    method="POST",
    answer=SentQuestionValue,
    tag="questions",
    scope=TokenScope.QUESTIONS_WRITE,
    status=201,
)
@keyed_by(key_of_form)
def send_form(body: FormBody) -> Response:
    """Send what somebody filled in on a form in Open Forms, as a whole question to the desk.

    Which component answers which question says the mapping of the desk. What is wrong stands at the key of its component.
    """
    session = current_session()
    found(True if has_region(session) else None)
    made = translated(body.values, mapping_of(current_app.extensions["settings"]), catalogue(session), today())
    if made.odd:
        return _problem(InputError("body", _place(key), "wrong_kind", str(said)) for key, said in made.odd)
    try:
        whole = WholeQuestionBody.model_validate(made.body, strict=False).whole()
    except ValidationError as error:
        items = error.errors(include_url=False, include_input=False, include_context=False)
        return _problem(
            InputError("body", _at(made, item["loc"]), item["type"], str(KINDS.get(item["type"], OTHERWISE)))
            for item in items
        )

    def wrong(answers: Iterable[WrongAnswer]) -> Response:
        return _problem(InputError("body", _at(made, as_sent(one.path)), one.code, str(one.message)) for one in answers)

    return sent(whole, wrong)


def _at(made: Translated, path: tuple[str | int, ...]) -> str:
    return _place(made.key_of(path) or "")


def _place(key: str) -> str:
    return pointer_of(("values", *key.split(".")) if key else ("values",))


def _problem(errors: Iterable[InputError]) -> Response:
    return problem(400, code="bad_input", errors=list(errors))
