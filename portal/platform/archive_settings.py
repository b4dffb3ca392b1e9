"""The settings of the archive of the municipality (ZGW) in which decisions and formal letters are registered."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings
from stdnum.nl import bsn

ADDRESSES = ("zgw_documents_url", "zgw_decisions_url", "zgw_information_type", "zgw_decision_type")
SHORTEST_SECRET = 16
FAMILIES = ("decision", "late", "objection", "recovery", "reduction", "settlement", "voucher")
"""Of letters that make a decision known, as the part of their name before the stroke; a test keeps it equal to their table."""


class ArchiveSettings(BaseSettings):
    """Where the archive is, who this desk is there, and what it registers; without a client id nothing is registered."""

    zgw_documents_url: str = Field(
        "",
        description="Where letters that make a decision known are registered: the root of a Documenten API, over https",
    )
    zgw_decisions_url: str = Field(
        "", description="Where the decisions are registered: the root of a Besluiten API, over https"
    )
    zgw_client_id: str = Field(
        "", max_length=50, description="Client id of this desk there; empty: nothing is registered"
    )
    zgw_secret: SecretStr = Field(SecretStr(""), description="Its secret, with which every request is signed")
    zgw_information_type: str = Field("", description="Address of the informatieobjecttype of these letters (Catalogi)")
    zgw_decision_type: str = Field("", description="Address of the besluittype of decisions (Catalogi)")
    zgw_decision_types: str = Field(
        "",
        description="Besluittypen of kinds of decisions that have their own: `settlement=https://… recovery=https://…`, of "
        + ", ".join(FAMILIES),
    )
    zgw_rsin: str = Field(
        "", description="RSIN of the organisation that decides: bronorganisatie and verantwoordelijke"
    )
    zgw_confidentiality: Literal[
        "openbaar", "beperkt_openbaar", "intern", "zaakvertrouwelijk", "vertrouwelijk", "confidentieel", "geheim",
        "zeer_geheim",
    ] = Field("zaakvertrouwelijk", description="Vertrouwelijkheidaanduiding of these letters")  # fmt: skip
    zgw_from: date | None = Field(None, description="Letters made before this day are not registered; empty: all are")

    @property
    def registers_decisions(self) -> bool:
        """Whether decisions and their letters are registered in the archive of the municipality."""
        return bool(self.zgw_client_id)

    @property
    def types_of_decisions(self) -> dict[str, str]:
        """The besluittypen by family of letters."""
        pairs = (one.partition("=") for one in self.zgw_decision_types.split())
        return {family: address for family, _, address in pairs}

    def problems_of_archive(self, *, demo: bool) -> list[str]:
        """What is missing or wrong, a line each; in a demonstration there is no archive."""
        if not self.registers_decisions:
            return []
        if demo:
            return ["ZGW_CLIENT_ID: demo mode registers nothing; leave it empty"]
        wrong = [name.upper() for name in ADDRESSES if not getattr(self, name).startswith("https://")]
        found = [f"{name}: needed beside ZGW_CLIENT_ID, and must start with https://" for name in wrong]
        found += [
            f"ZGW_DECISION_TYPES: {family} must be one of {', '.join(FAMILIES)}, with = and an address that starts with https://"
            for family, address in self.types_of_decisions.items()
            if family not in FAMILIES or not address.startswith("https://")
        ]
        if len(self.zgw_secret.get_secret_value()) < SHORTEST_SECRET:
            found.append(f"ZGW_SECRET: needed beside ZGW_CLIENT_ID, at least {SHORTEST_SECRET} characters")
        if not bsn.is_valid(self.zgw_rsin):  # an RSIN has the check digit of a BSN
            found.append("ZGW_RSIN: not an RSIN (9 digits)")
        return found
