"""The interfaces for work by cases of Dutch municipalities (ZGW): a letter in a Documenten API, its decision in a Besluiten API.

Who asks is a JWT (HS256) with the client id as ``iss`` and ``client_id``, signed with its secret. A document and a decision have
an ``identificatie`` that is unique in the organisation (RSIN): ours follows from what they are about, so that one that was made
although its answer was lost is not made again. The interface then says 400 with the code ``identificatie-niet-uniek``, and the
list gives its address.

Sources, as read on 2 and 3 December 2026: open-zaak/open-zaak, src/openzaak/components/besluiten/openapi.yaml (the token;
uniqueness of ``verantwoordelijkeOrganisatie`` and ``identificatie``; ``datum`` not in the future; all names, and their lengths)
and that of documenten (names, lengths, the values of two lists), docs/client-development/authentication.rst, and the tests
test_document_registreren.py and test_besluit_create.py of these components (the bodies of ``enkelvoudiginformatieobjecten``,
``besluiten`` and ``besluitinformatieobjecten``); VNG-Realisatie/documenten-api, src/resources.md (``taal`` of ISO 639-2/B), and
that of VNG-Realisatie/besluiten-api.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from http.client import HTTPException
from typing import Any, Protocol
from urllib.parse import urlencode

from portal.platform import outbound
from portal.platform.outbound import NotPublic
from portal.platform.signed_claims import signed_claims

DOCUMENTS, DECISIONS, RELATIONS = "enkelvoudiginformatieobjecten", "besluiten", "besluitinformatieobjecten"
NOT_UNIQUE = "identificatie-niet-uniek"
DUTCH = "dut"
PASSES = frozenset({401, 403, 408, 409, 425, 429})
"""What the archive says that may be otherwise later without another request: rights, and that it is busy."""
LONGEST_TITLE, LONGEST_BODY = 200, 50
PROGRAM = "ontwikkelloket"


class NotRegistered(OSError):
    """The archive did not take it. `code` says why; `final`: it will not take it later either, as it is."""

    def __init__(self, code: str, *, final: bool = False) -> None:
        super().__init__(code)
        self.code, self.final = code, final


class Asking(Protocol):
    """Asks something over the network: a method, an address, headers and a body; gives the status and what came back."""

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, bytes]: ...


@dataclass(frozen=True)
class PaperToRegister:
    """A letter as the archive gets it. `key` is what it is known by here; no name stands beside the file itself."""

    key: str
    title: str
    author: str
    dated: date
    pdf: bytes


@dataclass(frozen=True)
class DecisionToRegister:
    """A decision as the archive gets it: what it is known by here, its day, who decided, and the number of the question.

    By its family, which is that of its letters (``settlement``), its besluittype is found.
    """

    key: str
    decided_on: date
    body: str
    about: str
    family: str


def over_the_network(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, bytes]:
    """Ask a public https address. Raises as `portal.platform.outbound`."""
    if method == "GET":
        return outbound.get_public(url, headers)
    return outbound.ask_public(url, body or b"", headers)


@dataclass(frozen=True)
class Zgw:
    """Where the archive is, who this desk is there, and what kinds of document and decision these are (Catalogi API)."""

    documents_url: str
    decisions_url: str
    client_id: str
    secret: str
    information_type: str
    decision_type: str
    rsin: str
    decision_types: Mapping[str, str] = field(default_factory=dict)
    """The besluittype by family of letters; of a family without one it is `decision_type`."""
    confidentiality: str = "zaakvertrouwelijk"
    ask: Asking = over_the_network

    def register_document(self, paper: PaperToRegister, at: datetime) -> str:
        """Keep a letter there; its address. Raises `NotRegistered`."""
        name = f"loket-{paper.key}"
        made = {
            "identificatie": name,
            "bronorganisatie": self.rsin,
            "creatiedatum": paper.dated.isoformat(),
            "titel": paper.title[:LONGEST_TITLE],
            "vertrouwelijkheidaanduiding": self.confidentiality,
            "auteur": paper.author[:LONGEST_TITLE],
            "status": "definitief",
            "formaat": "application/pdf",
            "taal": DUTCH,
            "bestandsnaam": f"{name}.pdf",
            "bestandsomvang": len(paper.pdf),
            "inhoud": base64.b64encode(paper.pdf).decode("ascii"),
            "informatieobjecttype": self.information_type,
        }
        known = {"identificatie": name, "bronorganisatie": self.rsin}
        return self._made(f"{self.documents_url.rstrip('/')}/{DOCUMENTS}", made, known, at)

    def register_decision(self, decision: DecisionToRegister, at: datetime) -> str:
        """Keep a decision there; its address. Raises `NotRegistered`."""
        name = f"loket-{decision.key}"
        made = {
            "identificatie": name,
            "verantwoordelijkeOrganisatie": self.rsin,
            "besluittype": self.decision_types.get(decision.family, self.decision_type),
            "datum": decision.decided_on.isoformat(),
            "ingangsdatum": decision.decided_on.isoformat(),
            "bestuursorgaan": decision.body[:LONGEST_BODY],
            "toelichting": decision.about,
        }
        known = {"identificatie": name, "verantwoordelijkeOrganisatie": self.rsin}
        return self._made(f"{self.decisions_url.rstrip('/')}/{DECISIONS}", made, known, at)

    def relate(self, decision_url: str, document_url: str, at: datetime) -> None:
        """Say that a document holds a decision. Raises `NotRegistered`."""
        both = {"besluit": decision_url, "informatieobject": document_url}
        address = f"{self.decisions_url.rstrip('/')}/{RELATIONS}"
        status, told = self._asked("POST", address, both, at)
        if status == 201 or (status == 400 and self._listed(address, both, at)):
            return
        raise refused(status, told)

    def _made(self, address: str, made: Mapping[str, Any], known: Mapping[str, str], at: datetime) -> str:
        status, told = self._asked("POST", address, made, at)
        if status == 400 and NOT_UNIQUE in codes_in(told):
            found = self._listed(address, known, at)
            told = found[0] if found else told
            status = 201 if found else status
        url = told.get("url") if isinstance(told, dict) else None
        if status != 201:
            raise refused(status, told)
        if not isinstance(url, str) or not url.startswith("https://") or len(url) > 1000:
            raise NotRegistered("no_address_in_answer")
        return url

    def _listed(self, address: str, known: Mapping[str, str], at: datetime) -> list[dict[str, Any]]:
        """What the archive has by these fields: one page of a list, or a plain list where there are no pages."""
        status, told = self._asked("GET", f"{address}?{urlencode(known)}", None, at)
        if status != 200:
            raise refused(status, told)
        rows = told.get("results", []) if isinstance(told, dict) else told
        return [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []

    def _asked(self, method: str, url: str, made: Mapping[str, Any] | None, at: datetime) -> tuple[int, Any]:
        claims: dict[str, str | int] = {"iss": self.client_id, "iat": int(at.timestamp()), "client_id": self.client_id}
        token = signed_claims(claims | {"user_id": PROGRAM, "user_representation": PROGRAM}, secret=self.secret)
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        headers |= {"Content-Type": "application/json"} if made is not None else {}
        body = None if made is None else json.dumps(made).encode()
        try:
            status, raw = self.ask(method, url, headers, body)
        except NotPublic as error:
            raise NotRegistered(error.code, final=True) from None
        except (OSError, HTTPException) as error:
            raise NotRegistered(type(error).__name__) from None
        try:
            return status, json.loads(raw)
        except (ValueError, RecursionError):
            return status, {}


def codes_in(told: Any) -> list[str]:
    """The codes of what is wrong, as a ``ValidatieFout`` has them (``invalidParams``)."""
    found = told.get("invalidParams") if isinstance(told, dict) else None
    return [str(one.get("code", "")) for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def refused(status: int, told: Any) -> NotRegistered:
    """Why it was not taken: the status, and of what is wrong in the request its code and field, never a value."""
    wrong = [one for one in told.get("invalidParams", []) if isinstance(one, dict)] if isinstance(told, dict) else []
    said = f" {wrong[0].get('name', '')}: {wrong[0].get('code', '')}" if wrong else ""
    return NotRegistered(f"status_{status}{said}"[:80], final=400 <= status < 500 and status not in PASSES)
