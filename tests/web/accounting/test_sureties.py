"""One lays a surety down, a colleague lets it begin, the room is worked out, and it is ended; others only look."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.commands.working import kinds_of
from portal.framework.funding.queries import funders
from portal.oversight.long_work.doing import do_waiting
from portal.people.accounts.models import Role
from portal.planning.expected_use.models import Surety, SuretyState
from portal.platform.config import load_settings
from tests.factories import NOW, a_voucher
from tests.portal.planning.sureties import WHY
from tests.web.office import Office, figures_of, said
from tests.web.walking import assert_sound

LIST = "/verantwoording/verwacht-gebruik"


def guarantor(session: Session) -> str:
    return funders(session)[-1].slug


def the_surety(office: Office) -> Surety:
    def last(session: Session) -> Surety:
        return session.query(Surety).order_by(Surety.id.desc()).first()  # type: ignore[return-value]

    return office.do(last)


def works(office: Office) -> int:
    """A process of the desk does what waits."""
    return do_waiting(office.engine, kinds=kinds_of(load_settings()), clock=lambda: NOW)


def test_two_people_let_somebody_vouch_for_a_budget(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "var"))
    office.do(a_voucher)
    first, second = office.browser(Role.REGION), office.colleague(Role.REGION)
    assert "Er staat niemand garant" in said(first.get(LIST))
    sent = {"line": "rijk-leren", "guarantor": office.do(guarantor), "most": "5000", "limit": "10", "reason": WHY}
    assert_sound(first.get(f"{LIST}/nieuw"))
    assert first.post(f"{LIST}/nieuw", sent | {"reason": "Zo."}).status_code == 422
    first.get(f"{LIST}/nieuw")
    assert first.post(f"{LIST}/nieuw", sent).status_code == 303
    path = f"{LIST}/{the_surety(office).public_id}"
    waits = first.get(path)
    assert_sound(waits)
    assert "U hebt dit zelf voorgelegd" in said(waits) and "hoogstens € 5.000" in said(waits)
    assert first.post(f"{path}/begin", {}).status_code == 422
    second.get(path)
    asked = second.post(f"{path}/begin", {})
    assert asked.status_code == 303 and "/werk/" in asked.headers["Location"]
    assert_sound(going := second.get(path))
    assert "De ruimte wordt nu uitgerekend" in said(going) and "Reken de ruimte opnieuw uit" not in said(going)
    assert works(office) == 1
    assert path in second.get(asked.headers["Location"]).text
    begun = second.get(path)
    assert_sound(begun)
    [room] = figures_of(begun, "De ruimte, de nieuwste bovenaan")
    assert "nog te weinig bekend" in room[6] and "Nu is € 0 meer beloofd" in said(begun)
    [exposed] = figures_of(second.get("/verantwoording/"), "Beloofd boven het budget, op verwacht gebruik")
    assert exposed[2:] == ["€ 0,00", "€ 5.000,00"], "the exposure stands on the first page of the accounts"
    assert "Beloofd boven het budget" not in said(office.browser(Role.FUNDER).get("/verantwoording/"))
    second.get(path)
    assert "/werk/" in second.post(f"{path}/ruimte", {}).headers["Location"]
    assert works(office) == 1 and len(figures_of(second.get(path), "De ruimte, de nieuwste bovenaan")) == 2
    second.get(path)
    assert second.post(f"{path}/stop", {}).status_code == 303
    assert the_surety(office).state is SuretyState.ENDED
    for role in (Role.CONTROLLER, Role.AUDITOR):
        looked = office.browser(role).get(path)
        assert_sound(looked)
        assert "Beloof niets meer extra" not in said(looked)
        assert office.browser(role).get(f"{LIST}/nieuw").status_code == 404
    assert_sound(first.get(LIST))
