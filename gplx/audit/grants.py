"""The rights of the running register in the database: it may add to the append-only tables, never change them (I06).

The database's clock says when a row was added, not the register. Of what an authority told, only what became
of it may change. The triggers of `append_only` refuse changes by anybody who does not switch them off. The role made
here cannot switch anything off, owns nothing, and lacks the right to UPDATE, DELETE or TRUNCATE those tables in the
first place. Web server and worker connect as a member of it; whoever migrates is the owner of the tables.
"""

from __future__ import annotations

from collections.abc import Iterable

import pgtrigger
from django.db import connection, transaction
from psycopg import sql

ROLE = "gplx_app"

# Rows that say what an authority told stay; these columns say what became of them.
CHANGING = {
    "sanctions_decision": ("state", "reason", "account_id"),
    "sanctions_annulment": ("decision_id", "replaced_by_id"),
    "health_signingcertificate": ("withdrawn_on",),
    "health_certificate": ("holder_id",),
    "health_version": ("state", "reason", "fact_key"),
    "health_certifiedcopy": ("state", "version_id", "answer", "officer_id"),
    "dossiers_dossier": ("state", "version"),
    "sittings_sitting": ("state", "started_at", "deadline_at", "submitted_at"),
    "sittings_admission": ("wrong_tries", "opened_at", "device_digest"),
    "sittings_officialresult": ("state", "reason", "findings", "holder_id", "registration_id", "decided_by_id"),
}
_BY_THE_DATABASE = """
    SELECT array_agg(attname::text ORDER BY attnum)
    FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped
      AND pg_get_expr(adbin, adrelid) IS DISTINCT FROM 'statement_timestamp()'
"""


def append_only_tables() -> list[str]:
    """The tables whose models carry the triggers of `append_only`."""
    return sorted(
        {model._meta.db_table for model, trigger in pgtrigger.registered() if str(trigger.name).endswith("_rows_stay")}
    )


def exists(role: str) -> bool:
    """Is there such a role on this server?"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
        return cursor.fetchone() is not None


@transaction.atomic
def grant(role: str = ROLE) -> list[str]:
    """Make the role if need be, and give it exactly the rights that the running register needs.

    Needs the owner of the tables, and the right to make roles where the role is new. Run again after every migration:
    `gplx migrate` does where the role exists.

    Returns:
        The tables the role may only read and add to.
    """
    protected = append_only_tables()
    name = sql.Identifier(role)
    with connection.cursor() as cursor:
        if not exists(role):
            cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(name))
        cursor.execute("SELECT current_schema()")
        schema = sql.Identifier(cursor.fetchone()[0])
        for statement in (
            "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
            "GRANT USAGE ON SCHEMA {schema} TO {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        ):
            cursor.execute(sql.SQL(statement).format(schema=schema, role=name))
        for table in protected:
            cursor.execute(sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), name))
            _grant_columns("INSERT", table, _columns_to_write(table), role)
        for table, columns in CHANGING.items():
            cursor.execute(sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), name))
            _grant_columns("INSERT", table, _columns_to_write(table), role)
            _grant_columns("UPDATE", table, columns, role)
        cursor.execute(sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}").format(name))
    return protected


def _columns_to_write(table: str) -> list[str]:
    """All columns but those that the database fills with the time."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_THE_DATABASE, [table])
        return list(cursor.fetchone()[0])


def _grant_columns(right: str, table: str, columns: Iterable[str], role: str) -> None:
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("GRANT {} ({}) ON {} TO {}").format(
                sql.SQL(right), listed, sql.Identifier(table), sql.Identifier(role)
            )
        )
