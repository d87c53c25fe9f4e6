"""Rows that are written once: triggers that refuse every later change (I06)."""

from __future__ import annotations

import pgtrigger

_ROW = "RAISE EXCEPTION 'Rows of % are never changed or removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"
# Django's tests empty tables; their connections carry a setting that no other connection has.
_TABLE = (
    "IF current_setting('app.test_flush', true) = 'on' THEN RETURN NULL; END IF; "
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
        pgtrigger.Trigger(
            name=f"{name}_table_stays",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func=_TABLE,
        ),
    ]
