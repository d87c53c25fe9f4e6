"""Rows that are written once: triggers that refuse every later change (I06)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import pgtrigger
from django.conf import settings
from django.db import connection
from psycopg import sql

_ROW = "RAISE EXCEPTION 'Rows of % are never changed or removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"
# Django's tests empty tables: in a database of tests, and on connections that carry this setting.
_TABLE = (
    "IF starts_with(current_database(), 'test_') AND current_setting('app.test_flush', true) = 'on' "
    "THEN RETURN NULL; END IF; "
    "RAISE EXCEPTION 'Rows of % are never removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"
)


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """Triggers for a model's `Meta.triggers`: UPDATE, DELETE and TRUNCATE are refused.

    Args:
        name: a short word for the table; it becomes part of the triggers' names.
    """
    return [
        pgtrigger.Trigger(
            name=f"{name}_rows_stay",
            level=pgtrigger.Row,
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=_ROW,
        ),
        _never_emptied(name),
    ]


def content_stays(name: str, *, but: Sequence[str]) -> list[pgtrigger.Trigger]:
    """Triggers for a model's `Meta.triggers`: rows are never removed, and only the columns named may change.

    Args:
        name: a short word for the table; it becomes part of the triggers' names.
        but: the columns that say what became of a row.
    """
    free = ", ".join(f"'{column}'" for column in but)
    return [
        pgtrigger.Trigger(
            name=f"{name}_content_stays",
            level=pgtrigger.Row,
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=(
                f"IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - ARRAY[{free}] = to_jsonb(OLD) - ARRAY[{free}] "
                "THEN RETURN NEW; END IF; "
                "RAISE EXCEPTION 'What rows of % say is never changed, and none is removed.', TG_TABLE_NAME "
                "USING ERRCODE = 'restrict_violation';"
            ),
        ),
        _never_emptied(name),
    ]


def _never_emptied(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=f"{name}_table_stays",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=_TABLE,
    )


@contextlib.contextmanager
def emptying_a_demo() -> Iterator[None]:
    """Let a demo's tables be emptied within the caller's transaction; only their owner can.

    Nothing else of the register may switch these triggers off.
    """
    if not settings.DEMO:
        raise RuntimeError("Only a demo can be emptied.")
    guards = [
        (str(model._meta.db_table), trigger.get_pgid(model))
        for model, trigger in pgtrigger.registered()
        if str(trigger.name).endswith("_table_stays")
    ]
    _switch("DISABLE", guards)
    yield
    _switch("ENABLE", guards)


def _switch(how: str, guards: Sequence[tuple[str, str]]) -> None:
    with connection.cursor() as cursor:
        for table, trigger in guards:
            cursor.execute(
                sql.SQL("ALTER TABLE {} {} TRIGGER {}").format(
                    sql.Identifier(table), sql.SQL(how), sql.Identifier(trigger)
                )
            )
