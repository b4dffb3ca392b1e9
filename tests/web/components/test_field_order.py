"""The controls of what the access matrix looks for on every form: errors in the order of the fields, and nothing optional asked."""

from __future__ import annotations

from tests.web.field_order import optional_but_asked, out_of_order
from tests.web.gallery import CostsForm

PAGE = '<select id="lines-0-category"></select><input id="lines-0-amount"><input id="lines-0-description">'
WRONG = '<div class="field has-error"><label>Naam{}</label><p class="error">Vul dit in.</p></div>'


def test_fields_in_another_order_than_the_form_would_be_seen() -> None:
    form = CostsForm(data={"lines": [{}]})
    assert out_of_order(form, PAGE) is None
    turned = PAGE.replace("amount", "x").replace("category", "amount").replace("x", "category")
    assert "lines-0-amount stands above lines-0-category" in (out_of_order(form, turned) or "")


def test_what_is_called_optional_and_asked_for_would_be_seen() -> None:
    assert optional_but_asked(WRONG.format(' <span class="optional">(optioneel)</span>')) == ["Naam (optioneel)"]
    assert optional_but_asked(WRONG.format("")) == []
