"""An archive of a municipality for tests: a Documenten API and a Besluiten API as those of Open Zaak answer, with faults on order."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from portal.papers.zgw import Zgw

SECRET = "a secret that both sides know"
ROOT = "https://archief.gemeente.nl"
CATALOGUE = "https://catalogi.gemeente.nl/api/v1"
ORGANISATION = {
    "enkelvoudiginformatieobjecten": "bronorganisatie",
    "besluiten": "verantwoordelijkeOrganisatie",
}
"""Per kind of resource the field that is unique together with `identificatie`."""
FIELDS: Mapping[str, Mapping[str, int | None]] = {
    "enkelvoudiginformatieobjecten": {
        "identificatie": 40, "bronorganisatie": 9, "creatiedatum": 10, "titel": 200, "vertrouwelijkheidaanduiding": None,
        "auteur": 200, "status": None, "formaat": 255, "taal": 3, "bestandsnaam": 255, "inhoud": None,
        "bestandsomvang": None, "link": 200, "beschrijving": 1000, "ontvangstdatum": 10, "verzenddatum": 10,
        "indicatieGebruiksrecht": None, "verschijningsvorm": None, "ondertekening": None, "integriteit": None,
        "informatieobjecttype": 200,
    },
    "besluiten": {
        "identificatie": 50, "verantwoordelijkeOrganisatie": 9, "besluittype": 200, "zaak": 200, "datum": 10,
        "toelichting": None, "bestuursorgaan": 50, "ingangsdatum": 10, "vervaldatum": 10, "vervalreden": None,
        "publicatiedatum": 10, "verzenddatum": 10, "uiterlijkeReactiedatum": 10,
    },
    "besluitinformatieobjecten": {"informatieobject": 1000, "besluit": None},
}  # fmt: skip
"""What one may send, with the most characters: open-zaak/open-zaak, openapi.yaml of its components besluiten and documenten."""
REQUIRED = {
    "enkelvoudiginformatieobjecten": (
        "bronorganisatie", "creatiedatum", "titel", "auteur", "taal", "informatieobjecttype"
    ),
    "besluiten": ("besluittype", "datum", "ingangsdatum", "verantwoordelijkeOrganisatie"),
    "besluitinformatieobjecten": ("besluit", "informatieobject"),
}  # fmt: skip
Fault = tuple[int, Any] | Exception | None


@dataclass
class FakeArchive:
    """What is kept, what was asked, and what goes wrong: per request the next fault, or None for none."""

    faults: list[Fault] = field(default_factory=list)
    made: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    loses_answers: bool = False
    """Does what is asked, and then no answer arrives."""

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, bytes]:
        kind = urlsplit(url).path.rpartition("/")[2]
        self.asked.append((method, kind))
        assert self._knows(headers["Authorization"]), "signed with the secret"
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, Exception):
            raise fault
        if fault is not None:
            return fault[0], json.dumps(fault[1]).encode()
        if method == "GET":
            wanted = dict(parse_qsl(urlsplit(url).query))
            rows = [one for one in self.made.get(kind, []) if all(one.get(key) == said for key, said in wanted.items())]
            return 200, json.dumps(rows if kind == "besluitinformatieobjecten" else {"results": rows}).encode()
        sent = json.loads(body or b"{}")
        assert not set(sent) - FIELDS[kind].keys() and set(REQUIRED[kind]) <= set(sent), (kind, sorted(sent))
        for name, most in FIELDS[kind].items():
            assert most is None or len(str(sent.get(name, ""))) <= most, (kind, name)
        answer = self._make(kind, sent)
        if self.loses_answers:
            raise TimeoutError
        return answer

    def _knows(self, said: str) -> bool:
        told, _, mark = said.removeprefix("Bearer ").rpartition(".")
        right = hmac.new(SECRET.encode(), told.encode(), hashlib.sha256).digest()
        claims = json.loads(base64.urlsafe_b64decode(told.partition(".")[2] + "=="))
        return mark == base64.urlsafe_b64encode(right).decode().rstrip("=") and claims["client_id"] == claims["iss"]

    def _make(self, kind: str, sent: dict[str, Any]) -> tuple[int, bytes]:
        known = self.made.setdefault(kind, [])
        unique = ("identificatie", ORGANISATION[kind]) if kind in ORGANISATION else ("besluit", "informatieobject")
        if any(all(one[key] == sent[key] for key in unique) for one in known):
            code = "identificatie-niet-uniek" if kind in ORGANISATION else "unique"
            return 400, json.dumps({"invalidParams": [{"name": unique[0], "code": code}]}).encode()
        kept = {**sent, "url": f"{ROOT}/api/v1/{kind}/{len(known) + 1}"}
        known.append(kept)
        return 201, json.dumps(kept).encode()

    def number(self, kind: str) -> int:
        """How many of a kind are kept."""
        return len(self.made.get(kind, []))

    @property
    def zgw(self) -> Zgw:
        """The way to it, as a desk has it."""
        return Zgw(
            documents_url=f"{ROOT}/documenten/api/v1/",
            decisions_url=f"{ROOT}/besluiten/api/v1",
            client_id="ontwikkelloket",
            secret=SECRET,
            information_type=f"{CATALOGUE}/informatieobjecttypen/1",
            decision_type=f"{CATALOGUE}/besluittypen/1",
            rsin="517439943",
            ask=self.ask,
        )
