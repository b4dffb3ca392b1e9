"""not taking an application up is a decision, and so is taking it up after all

Revision ID: 0053
Revises: 0052
"""

from __future__ import annotations

import json
import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.platform.append_only import protect_statements, unprotect_statements

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

OLD_KINDS = "kind IN ('approved', 'partly', 'rejected', 'referred', 'supplemented', 'settled', 'revoked', 'lowered', 'restored', 'taken_over')"
NEW_KINDS = OLD_KINDS.replace("'referred',", "'referred', 'set_aside', 'taken_up',")
OLD_OUTCOMES, NEW_OUTCOMES = "outcome IN ('awarded', 'rejected')", "outcome IN ('awarded', 'rejected', 'set_aside')"
OLD_REASON = ("ck_decision_outcome_rejected_has_reason", "(outcome = 'rejected') = (reason IS NOT NULL)")
NEW_REASON = ("ck_decision_outcome_not_awarded_has_reason", "(outcome <> 'awarded') = (reason IS NOT NULL)")
KEPT = (
    "UPDATE decision_outcome SET outcome = 'rejected' WHERE outcome = 'set_aside'",
    "UPDATE decision SET referred_to = kind, kind = 'referred' WHERE kind IN ('set_aside', 'taken_up')",
)
AGAIN = (
    "UPDATE decision SET kind = referred_to, referred_to = NULL"
    " WHERE kind = 'referred' AND referred_to IN ('set_aside', 'taken_up')",
    "UPDATE decision_outcome SET outcome = 'set_aside'"
    " WHERE decision_id IN (SELECT id FROM decision WHERE kind = 'set_aside')",
)
#: An application that is set aside now gets the decision that its letter spoke of, so that one can object to it.
WITHOUT = """
SELECT question.id FROM development_question AS question WHERE question.state = 'set_aside' AND NOT EXISTS (
  SELECT 1 FROM decision WHERE decision.question_id = question.id AND decision.kind = 'set_aside'
  AND decision.decided_at = question.set_aside_at)
"""
DECIDED = """
INSERT INTO decision (public_id, question_id, kind, rationale, identity_checked, purpose_checked, costs_checked,
  nothing_paid_twice_checked, amended, decided_at, decided_by, decided_by_name)
SELECT :public_id, question.id, 'set_aside', question.set_aside_reason, false, false, false, false, false,
  question.set_aside_at, question.set_aside_by, COALESCE(account.display_name, question.set_aside_by)
FROM development_question AS question LEFT JOIN account ON 'account:' || account.id = question.set_aside_by
WHERE question.id = :question
"""
BODY = """
SELECT scheme_version.definition_json FROM scheme_version JOIN scheme ON scheme.id = scheme_version.scheme_id
WHERE scheme.slug = :scheme AND scheme_version.version = :version
"""
TOLD = """
UPDATE outbox_message SET version = :decision WHERE id = (
  SELECT MAX(id) FROM outbox_message
  WHERE object_kind = 'question' AND object_id = :question AND template = 'decision/set_aside')
AND NOT EXISTS (
  SELECT 1 FROM outbox_message AS other
  WHERE object_kind = 'question' AND object_id = :question AND template = 'decision/set_aside' AND version = :decision)
"""


def upgrade() -> None:
    """Change the schema; what an earlier step back kept becomes what it was, and what is set aside now gets its decision."""
    _change(NEW_KINDS, NEW_OUTCOMES, OLD_REASON[0], NEW_REASON, after=AGAIN)
    _name_messages("application", "decision")
    for question in op.get_bind().execute(sa.text(WITHOUT)).scalars().all():
        _decide(question)


def downgrade() -> None:
    """Change the schema back. A decision not to take an application up is kept as one that refers to it."""
    _change(OLD_KINDS, OLD_OUTCOMES, NEW_REASON[0], OLD_REASON, before=KEPT)
    _name_messages("decision", "application")


def _change(
    kinds: str,
    outcomes: str,
    no_longer: str,
    reason: tuple[str, str],
    *,
    before: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
) -> None:
    """SQLite builds the tables anew, which takes their protection away for a moment."""
    dialect = op.get_bind().dialect.name
    for table in ("decision", "decision_outcome"):
        for statement in unprotect_statements(dialect, table):
            op.execute(statement)
    for statement in before:
        op.execute(statement)
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_decision_decision_kind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_decision_decision_kind"), kinds)
    with op.batch_alter_table("decision_outcome", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_decision_outcome_outcome"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_decision_outcome_outcome"), outcomes)
        batch_op.drop_constraint(batch_op.f(no_longer), type_="check")
        batch_op.create_check_constraint(batch_op.f(reason[0]), reason[1])
    for statement in after:
        op.execute(statement)
    for table, unique in (
        ("decision", [("id",), ("public_id",)]),
        ("decision_outcome", [("decision_id", "scheme"), ("id",)]),
    ):
        for statement in protect_statements(dialect, table, unique):
            op.execute(statement)


def _name_messages(was: str, becomes: str) -> None:
    rename = sa.text("UPDATE outbox_message SET template = :becomes WHERE template = :was")
    for name in ("set_aside", "taken_up"):
        op.execute(rename.bindparams(becomes=f"{becomes}/{name}", was=f"{was}/{name}"))


def _decide(question: int) -> None:
    """The decision not to take the application of this question up, what it says per scheme, and the message that told it."""
    connection = op.get_bind()
    public_id = secrets.token_urlsafe(16)
    connection.execute(sa.text(DECIDED), {"public_id": public_id, "question": question})
    known = sa.text("SELECT id, rationale FROM decision WHERE public_id = :public_id")
    decision, reason = connection.execute(known, {"public_id": public_id}).one()
    columns = [sa.column("schemes", sa.JSON), sa.column("scheme_versions", sa.JSON), sa.column("question_id")]
    application = sa.table("application", *columns)
    asked = sa.select(*columns[:2]).where(application.c.question_id == question)
    slugs, versions = connection.execute(asked).one()
    for slug in slugs:
        body = _body(connection, slug, versions[slug])
        connection.execute(
            sa.text(
                "INSERT INTO decision_outcome (decision_id, scheme, scheme_version, outcome, amount_cents, reason,"
                " deciding_body_nl, deciding_body_en)"
                " VALUES (:decision, :scheme, :version, 'set_aside', 0, :reason, :nl, :en)"
            ),
            {
                "decision": decision,
                "scheme": slug,
                "version": versions[slug],
                "reason": reason,
                "nl": body.get("nl", ""),
                "en": body.get("en", ""),
            },
        )
    connection.execute(sa.text(TOLD), {"decision": decision, "question": question})


def _body(connection: sa.Connection, slug: str, version: int) -> dict[str, Any]:
    found = connection.execute(sa.text(BODY), {"scheme": slug, "version": version}).scalar()
    return (json.loads(found).get("deciding_body") or {}) if found is not None else {}
