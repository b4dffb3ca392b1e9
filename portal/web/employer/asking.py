"""The pages that ask an employer one fact: those with an address of their own, and one for all others."""

from __future__ import annotations

from flask import abort
from flask.typing import ResponseReturnValue

from portal.web.edge import repeatable
from portal.web.employer.blueprint import blueprint
from portal.web.employer.steps import FLOW, WORDS, draft
from portal.web.intake.asking import ask_fact

PAGES = {
    "vestiging": "employer_municipality",
    "omvang": "employer_size",
    "sectorfonds": "employer_sector_fund",
    "vorm": "training_path",
    "niveau": "training_level",
    "sector": "training_sector",
    "begin": "training_start",
}


def _page_for(path: str, fact: str) -> None:
    """Register the page of one fact."""

    def view(question_id: str) -> ResponseReturnValue:
        return ask_fact(FLOW, draft(question_id), fact, fact, WORDS)

    view.__doc__ = f"Ask the fact {fact}."
    blueprint.add_url_rule(f"/werkgever/vraag/<question_id>/{path}", fact, repeatable(view), methods=["GET", "POST"])


for _path, _fact in PAGES.items():
    _page_for(_path, _fact)


@blueprint.route("/werkgever/vraag/<question_id>/gegevens/<fact>", methods=["GET", "POST"])
@repeatable
def fact(question_id: str, fact: str) -> ResponseReturnValue:
    """Ask any other fact that still decides something and that an employer can know."""
    intake = draft(question_id)
    definition = intake.known.facts.get(fact)
    own_page = any(step.fact == fact for step in FLOW.steps)
    if definition is None or definition.derived is not None or own_page or "employer" not in definition.who_knows:
        abort(404)
    return ask_fact(FLOW, intake, "fact", fact, WORDS, may_skip=True)
