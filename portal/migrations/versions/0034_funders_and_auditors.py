"""funders, controllers and auditors have accounts

Revision ID: 0034
Revises: 0033
"""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

ROLES = ("advisor", "owner", "region", "provider", "admin", "helper")
NEW_ROLES = ("funder", "controller", "auditor")
KINDS = ("desk", "scheme_owner", "provider", "region")
NEW_KINDS = ("funder", "auditor")
NEEDS = "role NOT IN ({}) OR organisation_id IS NOT NULL"
PLACED, NEW_PLACED = NEEDS.format("'owner', 'provider'"), NEEDS.format("'owner', 'provider', 'funder'")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    """Change the schema, and give every funder an organisation for its accounts."""
    _allow((*ROLES, *NEW_ROLES), NEW_PLACED, (*KINDS, *NEW_KINDS))
    connection = op.get_bind()
    since = sa.DateTime(timezone=True)
    funder = sa.table("funder", sa.column("slug"), sa.column("name_nl"), sa.column("created_at", since))
    organisation = sa.table(
        "organisation",
        *(sa.column(name) for name in ("public_id", "slug", "name", "kind", "created_by")),
        sa.column("created_at", since),
    )
    known = set(connection.scalars(sa.select(organisation.c.slug)))
    for slug, name, created_at in connection.execute(sa.select(funder)).all():
        if slug not in known:
            row = {
                "slug": slug,
                "name": name[:200],
                "kind": "funder",
                "created_at": created_at,
                "created_by": "migration",
            }
            connection.execute(organisation.insert().values(public_id=secrets.token_urlsafe(16), **row))


def downgrade() -> None:
    """Change the schema back. Who had one of these roles is shut out; organisations stay, as those of scheme owners."""
    op.execute(
        "UPDATE account SET role = 'advisor', disabled_at = coalesce(disabled_at, created_at),"
        " disabled_by = coalesce(disabled_by, 'migration') WHERE role IN ('funder', 'controller', 'auditor')"
    )
    op.execute("UPDATE organisation SET kind = 'scheme_owner' WHERE kind IN ('funder', 'auditor')")
    _allow(ROLES, PLACED, KINDS)


def _allow(roles: tuple[str, ...], placed: str, kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        for name, rule in (("role", _one_of("role", roles)), ("role_needs_organisation", placed)):
            batch_op.drop_constraint(batch_op.f(f"ck_account_{name}"), type_="check")
            batch_op.create_check_constraint(batch_op.f(f"ck_account_{name}"), rule)
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_organisation_organisation_kind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_organisation_organisation_kind"), _one_of("kind", kinds))
