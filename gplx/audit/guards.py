"""The guards of the record in the database: are triggers and constraints there, switched on, and whole?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connection, models

_TRIGGERS = """
    SELECT tgrelid::regclass::text, tgname, tgenabled::text, pg_get_triggerdef(trigger.oid, true), prosrc,
           lanname = 'plpgsql' AND NOT prosecdef AND proconfig IS NULL
    FROM pg_trigger trigger JOIN pg_proc ON pg_proc.oid = tgfoid JOIN pg_language ON pg_language.oid = prolang
    WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY(%s)
"""
_IGNORING = "SELECT prosrc FROM pg_proc WHERE oid = to_regproc(%s)"
_SWITCHED_OFF = """
    SELECT DISTINCT tgrelid::regclass::text, conname
    FROM pg_trigger JOIN pg_constraint ON pg_constraint.oid = tgconstraint
    WHERE tgisinternal AND tgenabled NOT IN ('O', 'A') AND tgrelid::regclass::text = ANY(%s) ORDER BY 1, 2
"""
_CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, contype::text, convalidated,
           array(SELECT attname::text FROM unnest(conkey) AS part JOIN pg_attribute ON attrelid = conrelid
                 AND attnum = part ORDER BY attname)
    FROM pg_constraint WHERE conrelid::regclass::text = ANY(%s)
"""
_INDEXES = """
    SELECT indrelid::regclass::text, relname, indpred IS NULL,
           array(SELECT attname::text FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY(indkey::int2[])
                 ORDER BY attname)
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE indisunique AND indisvalid AND indrelid::regclass::text = ANY(%s)
"""
_EVENTS = ("INSERT", "DELETE", "UPDATE", "TRUNCATE")


def broken() -> Iterator[tuple[str, str, str]]:
    """Table, name and fault of each guard that does not stand as this version of the register makes it (I06)."""
    yield from _triggers()
    yield from _constraints()


def _triggers() -> Iterator[tuple[str, str, str]]:
    registered = pgtrigger.registered()
    tables = sorted({model._meta.db_table for model, _ in registered})
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS, [tables])
        installed = {(table, name): rest for table, name, *rest in cursor.fetchall()}
    ignoring: set[str] = set()
    for model, trigger in registered:
        table, name = str(model._meta.db_table), trigger.get_pgid(model)
        made = str(trigger.compile(model).install_sql)
        ignoring.add(made)
        found = installed.get((table, name))
        if found is None:
            yield table, name, "the trigger is missing"
            continue
        enabled, definition, body, as_made = found
        if enabled != "O":
            yield table, name, "the trigger is disabled"
        elif _bare(definition) != _bare(_definition(model, trigger, name)):
            yield table, name, "the trigger is not on the events it was made for"
        elif not as_made or _plain(body) != _body(made, name):
            yield table, name, "the trigger does not do what it was made for"
    for made in sorted(ignoring)[:1]:
        match = re.search(r"CREATE OR REPLACE FUNCTION (\S+)\(\s*trigger_name", made)
        assert match is not None
        function = match.group(1)
        with connection.cursor() as cursor:
            cursor.execute(_IGNORING, [function])
            row = cursor.fetchone()
        if row is None or _plain(row[0]) != _body(made, function):
            yield "pg_proc", function, "the function that triggers ask first is not the one they were made with"


def _definition(model: models.Model, trigger: pgtrigger.Trigger, name: str) -> str:
    wanted = str(trigger.operation).split(" OR ")
    events = " OR ".join(event for event in _EVENTS if event in wanted)
    return (
        f"CREATE TRIGGER {name} {trigger.when} {events} ON {model._meta.db_table} FOR EACH {trigger.level} "
        f"{trigger.render_condition(model)} EXECUTE FUNCTION {name}()"
    )


def _bare(definition: str) -> str:
    """A trigger's definition without what PostgreSQL adds when it writes it: brackets, casts, its own letter case."""
    return _plain(re.sub(r"::[a-z]+( varying)?|[()]", " ", definition.lower().replace('"', "")))


def _body(made: str, function: str) -> str:
    """What stands between the dollar signs of a function in the statement that makes it."""
    match = re.search(rf"FUNCTION {re.escape(function)}\(.*?\$\$(.*?)\$\$", made, re.DOTALL)
    assert match is not None
    return _plain(match.group(1))


def _plain(text: str) -> str:
    return " ".join(text.split())


def _constraints() -> Iterator[tuple[str, str, str]]:
    """Named constraints, single unique columns and foreign keys of every table of the register."""
    kept: list[type[models.Model]] = [
        model
        for config in apps.get_app_configs()
        if config.name.startswith("gplx.")
        for model in config.get_models()
        if model._meta.managed and not model._meta.proxy
    ]
    tables = [model._meta.db_table for model in kept]
    constraints: dict[tuple[str, str], tuple[str, bool]] = {}
    foreign: set[tuple[str, str]] = set()
    named: set[tuple[str, str]] = set()
    unique: set[tuple[str, str]] = set()
    with connection.cursor() as cursor:
        cursor.execute(_CONSTRAINTS, [tables])
        for table, name, kind, validated, columns in cursor.fetchall():
            constraints[table, name] = kind, validated
            if kind == "f" and validated:
                foreign.update((table, column) for column in columns)
        cursor.execute(_INDEXES, [tables])
        for table, name, whole, columns in cursor.fetchall():
            named.add((table, name))
            if whole and len(columns) == 1:
                unique.add((table, columns[0]))
        cursor.execute(_SWITCHED_OFF, [tables])
        switched_off: list[tuple[Any, ...]] = cursor.fetchall()
    for model in kept:
        table = str(model._meta.db_table)
        for name in (str(constraint.name) for constraint in model._meta.constraints):
            found = constraints.get((table, name))
            if found is None and (table, name) not in named:
                yield table, name, "the constraint is missing"
            elif found is not None and not found[1]:
                yield table, name, "the constraint is not validated"
        for field in model._meta.local_concrete_fields:
            if field.unique and (table, field.column) not in unique:
                yield table, str(field.column), "the column is not unique any more"
            bound = isinstance(field, models.ForeignKey) and getattr(field, "db_constraint", True)
            if bound and (table, field.column) not in foreign:
                yield table, str(field.column), "the foreign key is missing or not validated"
    for table, name in switched_off:
        yield table, name, "the foreign key is switched off"
