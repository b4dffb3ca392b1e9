"""Making the bundle of a sample: one zip, the same bytes every time for the same papers."""

from __future__ import annotations

import zipfile
from typing import IO, Any

from sqlalchemy.orm import Session

from portal.accounting.audit_bundles import layout
from portal.accounting.audit_bundles.gathering import voucher_papers
from portal.accounting.audit_bundles.instructions import INSTRUCTIONS
from portal.accounting.samples.models import AuditSample
from portal.accounting.samples.queries import opens_papers, sample_definition, sampled_vouchers, voucher_number
from portal.people.actor import Actor
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.post.files.actions import Vault

NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip knows: when it was made says nothing about what is in it."""


class _Bundle:
    """A zip that is being written, with what must be said of every file in it."""

    def __init__(self, out: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_STORED)
        self.files: list[dict[str, Any]] = []

    def put(self, name: str, content: bytes) -> None:
        """Add a file. Not compressed: another zlib would give other bytes."""
        entry = zipfile.ZipInfo(name, NO_TIME)
        entry.create_system, entry.external_attr = 3, 0o100644 << 16
        self._zip.writestr(entry, content)
        self.files.append({"path": name, "bytes": len(content), "sha256": layout.sha256_of(content)})

    def close(self) -> None:
        self._zip.close()


def write_bundle(session: Session, *, sample: AuditSample, vault: Vault, actor: Actor, out: IO[bytes]) -> None:
    """Write the bundle of a sample to a file that is open for writing; one voucher at a time is in memory.

    The files stand sorted by name, then the manifest and the sums, which are about all of them. Raises ``Refusal`` (not_yours)
    for anybody but the auditor who drew the sample.
    """
    if not opens_papers(sample, actor):
        raise Refusal("not_yours", _l("Alleen wie de steekproef trok, opent de stukken."))
    bundle = _Bundle(out)
    bundle.put(layout.README, INSTRUCTIONS.encode())
    taken = sampled_vouchers(session, sample=sample)
    vouchers = []
    for one in sorted(taken, key=lambda one: voucher_number(one.voucher_id)):
        papers = voucher_papers(session, voucher=one.voucher, vault=vault)
        for name in sorted(papers.files):
            bundle.put(f"{papers.number}/{name}", papers.files[name])
        vouchers.append({"number": papers.number, "stratum": one.stratum, "figures": papers.figures})
    definition = layout.text_of(sample_definition(sample, taken=taken))
    bundle.put(layout.SAMPLE, definition)
    manifest = {
        "format": layout.BUNDLE_FORMAT,
        "sample_sha256": layout.sha256_of(definition),
        "vouchers": vouchers,
        "totals": _totals(vouchers),
        "files": bundle.files.copy(),
    }
    bundle.put(layout.MANIFEST, layout.text_of(manifest))
    sums = "".join(f"{one['sha256']}  {one['path']}\n" for one in bundle.files)
    bundle.put(layout.SUMS, sums.encode())
    bundle.close()


def _totals(vouchers: list[dict[str, Any]]) -> dict[str, int]:
    names = [f"{figure}_cents" for figure in layout.STANDING]
    return {name: sum(one["figures"][name] for one in vouchers) for name in names}
