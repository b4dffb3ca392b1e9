"""decisions and letters

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.migrations.steps import r0007_decisions, r0007_letters, r0007_objections
from portal.platform.append_only import protect_statements

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PROTECTED = (
    ("print_batch", [("id",), ("public_id",)]),
    ("letter", [("id",), ("message_id",), ("public_id",)]),
    ("letter_posting", [("id",), ("letter_id",)]),
    ("decision_mandate", [("decision_id", "scheme"), ("id",)]),
    ("reassignment", [("id",)]),
)
#: Who asked to be written to by e-mail before consent was kept per topic, gave it by that.
CONSENT = """
INSERT INTO message_consent (question_id, topic, given_at, given_by)
SELECT question.id, topic.name, question.submitted_at, question.submitted_by
FROM development_question AS question
JOIN contact ON contact.question_id = question.id AND contact.way = 'email'
CROSS JOIN (SELECT 'case' AS name UNION ALL SELECT 'decision' UNION ALL SELECT 'voucher') AS topic
WHERE question.submitted_at IS NOT NULL
"""


def upgrade() -> None:
    """Change the schema."""
    op.add_column("outbox_message", sa.Column("details", sa.JSON(none_as_null=True), nullable=True))
    r0007_letters.create_message_consent()
    r0007_letters.create_print_batch()
    r0007_letters.create_letter()
    r0007_letters.create_letter_posting()
    r0007_decisions.create_mandate()
    r0007_decisions.create_decision_mandate()
    r0007_decisions.create_hearing()
    r0007_decisions.create_preparation()
    r0007_decisions.create_awaited_share()
    r0007_decisions.create_reassignment()
    r0007_objections.create_objection()
    for table, unique in PROTECTED:
        for statement in protect_statements(op.get_bind().dialect.name, table, unique):
            op.execute(statement)
    op.execute(CONSENT)


def downgrade() -> None:
    """Change the schema back."""
    r0007_objections.drop_objection()
    r0007_decisions.drop_reassignment()
    r0007_decisions.drop_awaited_share()
    r0007_decisions.drop_preparation()
    r0007_decisions.drop_hearing()
    r0007_decisions.drop_decision_mandate()
    r0007_decisions.drop_mandate()
    r0007_letters.drop_letter_posting()
    r0007_letters.drop_letter()
    r0007_letters.drop_print_batch()
    r0007_letters.drop_message_consent()
    with op.batch_alter_table("outbox_message") as batch:
        batch.drop_column("details")
