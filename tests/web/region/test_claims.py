"""The region sees what has to come back and until when, and sets a claim off against a bill of the same debtor."""

from __future__ import annotations

from sqlalchemy import select

from portal.paying.payments.queries import payables
from portal.paying.settlements.models import Recovery
from tests.portal.paying.setting_off.test_setting_off import of_a_provider
from tests.web.office import Office, said
from tests.web.walking import assert_sound


def test_a_claim_is_set_off_on_the_screen(office: Office) -> None:
    claim, bill = office.do(lambda s: (lambda pair: (pair[0].public_id, pair[1].public_id))(of_a_provider(s)))
    browser = office.browser("region")
    listed = browser.get("/regio/terugvorderingen")
    assert_sound(listed)
    here = f"/regio/terugvorderingen/{claim}"
    assert here in listed.text and "de opleider" in said(listed)
    one = browser.get(here)
    assert_sound(one)
    assert f"{here}/verrekenen" in one.text
    form = browser.get(f"{here}/verrekenen")
    assert_sound(form)
    wish = {"bill": bill, "amount": "400", "ground": "private_law", "article": "", "reason": "Akkoord."}
    too_much = browser.submit(f"{here}/verrekenen", wish)
    assert too_much.status_code == 422 and 'id="amount-error"' in too_much.text
    assert browser.submit(f"{here}/verrekenen", wish | {"amount": "300"}).status_code == 303
    words = said(browser.follow())
    assert "Verrekend onder nummer VR-2026-0001." in words and "BW 6:127" in words
    assert office.do(lambda s: [one.amount_cents for one in payables(s)]) == [20_000]
    assert office.do(lambda s: s.scalars(select(Recovery)).one().open_cents) == 0
