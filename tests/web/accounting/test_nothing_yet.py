"""A desk where nothing happened yet: every page of the accounts opens for who may open it, and says so."""

from __future__ import annotations

import pytest

from portal.accounting.scope import SEES_ALL
from portal.people.accounts.models import Role
from portal.people.actor import Audience
from portal.web.accounting.sections import SECTIONS
from portal.web.edge.policy import admits
from tests.factories import a_region
from tests.web.office import Office
from tests.web.walking import assert_sound

PAGES = [endpoint for _group, pages in SECTIONS for _label, endpoint in pages]
WHO = [Role.FUNDER, *(role for role in Role if role.audience in SEES_ALL)]


@pytest.mark.parametrize("who", WHO)
def test_every_page_of_the_accounts_opens_before_anything_happened(office: Office, who: Role) -> None:
    office.do(a_region)
    browser = office.browser(who)
    with office.app.test_request_context():
        addresses = {endpoint: office.app.url_for(endpoint, _external=False) for endpoint in PAGES}
    opened = 0
    for endpoint, address in addresses.items():
        answer = browser.get(address)
        assert answer.status_code == (200 if admits(endpoint, who.audience) else 404), endpoint
        if answer.status_code == 200:
            assert_sound(answer)
            opened += 1
    assert opened >= (5 if who.audience is Audience.FUNDER else 15)
