"""The rights of the running register in the database: it may add to the append-only tables, never change them (I06).

The triggers of `append_only` refuse changes by anybody who does not switch them off. The role made here cannot switch
anything off, owns nothing, and lacks the right to UPDATE, DELETE or TRUNCATE those tables in the first place. Web
server and worker connect as a member of it; whoever migrates is the owner of the tables.
"""

from __future__ import annotations

import pgtrigger
from django.db import connection, transaction
from psycopg import sql

ROLE = "gplx_app"


def append_only_tables() -> list[str]:
    """The tables whose models carry the triggers of `append_only`."""
    return sorted(
        {model._meta.db_table for model, trigger in pgtrigger.registered() if str(trigger.name).endswith("_rows_stay")}
    )


@transaction.atomic
def grant(role: str = ROLE) -> list[str]:
    """Make the role if need be, and give it exactly the rights that the running register needs.

    Needs the owner of the tables with the right to make roles. Run it again after every migration: it is part of
    `gplx migrate --role`.

    Returns:
        The tables the role may only read and add to.
    """
    protected = append_only_tables()
    name = sql.Identifier(role)
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
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
            cursor.execute(sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), name))
        cursor.execute(sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}").format(name))
    return protected
