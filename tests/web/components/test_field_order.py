"""The summary of errors stands in the order of the fields, and the controls of what the access matrix looks for on every form."""

from __future__ import annotations

from portal.web.edge.summary import in_order_of_fields
from tests.web.field_order import optional_but_asked, out_of_order

TURNED = """<main><div class="error-summary" id="error-summary" tabindex="-1"><h2 id="t">Er ging iets mis</h2>
<ul><li><a href="#b">Vul B in.</a></li>
<li><a href="#a-2">Vul A &lt;li&gt; in.</a></li><li>Samen te veel.</li></ul></div>
<input id="a"><input id="a-2"><ul><li>Iets anders</li></ul><input id="b"></main>"""
WRONG = '<div class="field has-error"><label>Naam{}</label><p class="error">Vul dit in.</p></div>'


def test_the_summary_is_put_in_the_order_of_the_fields_and_nothing_else_changes() -> None:
    assert out_of_order(TURNED) == ["b before a-2"], "the control: it would be seen"
    page = in_order_of_fields(TURNED)
    assert out_of_order(page) == []
    assert page.index("Samen te veel") < page.index("Vul A") < page.index("Vul B")
    assert sorted("".join(page.split())) == sorted("".join(TURNED.split())) and page.endswith(
        TURNED[TURNED.index("</div>") :]
    )
    assert in_order_of_fields("<main><ul><li>Geen fout</li></ul></main>") == "<main><ul><li>Geen fout</li></ul></main>"


def test_what_is_called_optional_and_asked_for_would_be_seen() -> None:
    assert optional_but_asked(WRONG.format(' <span class="optional">(optioneel)</span>')) == ["Naam (optioneel)"]
    assert optional_but_asked(WRONG.format("")) == []
