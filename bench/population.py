"""Invented accounts for the benchmarks, written by the database itself."""

from __future__ import annotations

from datetime import date

import psycopg

EARLIER, DUE = date(2026, 3, 2), date(2026, 6, 1)
"""The day of each account's first deduction, and the day on which its second decision takes effect."""

_HOLDERS = """
    INSERT INTO licences_holder
        (citizen_number, name, name_folded, name_key, birth_date, sex, address, province_code)
    SELECT lpad(n::text, 12, '0'), 'Người Mẫu ' || n, 'nguoi mau ' || n, n::text, '1990-01-01', 'male', '', '01'
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
    RETURNING id
"""
_ACCOUNTS = """
    INSERT INTO points_account
        (holder_id, part, balance, revoked, restores_on, wait_ground, needs_drug_free_certificate, next_change_on,
         entry_count, settled_on)
    SELECT id, 'car', 10, false, %(restores_on)s::date, '', false, %(next_change_on)s::date, 1, %(settled_on)s::date
    FROM licences_holder WHERE citizen_number BETWEEN lpad(%(first)s::text, 12, '0') AND lpad(%(last)s::text, 12, '0')
    ORDER BY id
    RETURNING id
"""
_FACT = """
    INSERT INTO points_fact (account_id, kind, natural_key, counts_on, decision_key, content, recorded_on)
    SELECT id, 'decision', %(prefix)s || id, %(on)s, %(prefix)s || id,
           jsonb_build_object('acted_on', %(on)s::date, 'offences',
                              jsonb_build_array(jsonb_build_object('points', %(points)s::int, 'drug', false))),
           %(on)s
    FROM unnest(%(ids)s::bigint[]) AS id
"""
_ENTRY = """
    WITH stated AS (
        INSERT INTO points_entry (account_id, number, kind, takes_effect_on, points, balance, cause_id, sources,
                                  recorded_on)
        SELECT account_id, 1, 'deduction', counts_on, -2, 10, id, '{reading 2,seed 003,reading 4}', counts_on
        FROM points_fact WHERE account_id = ANY(%(ids)s)
        RETURNING id, account_id, points, balance, takes_effect_on, sources
    )
    INSERT INTO notices_notice (entry_id, holder_id, kind, content, recorded_on)
    SELECT stated.id, holder_id, 'deduction',
           jsonb_build_object(
               'on', takes_effect_on, 'points', points, 'before', stated.balance - points, 'balance', stated.balance,
               'part', part, 'sources', sources,
               'decision', jsonb_build_object('key', 'A-' || account.id, 'acted_on', takes_effect_on),
               'restores_on', (takes_effect_on + interval '12 months' + interval '1 day')::date,
               'offence', jsonb_build_object('code', NULL, 'points', -points)),
           %(on)s
    FROM stated JOIN points_account account ON account.id = stated.account_id
"""
# What was told first still waits for the worker, in one job: fsck wants each notice in the inbox, or on its way.
_JOB = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, args)
    SELECT 'notices', 'notices.deliver', jsonb_build_object('notice_ids', jsonb_agg(notice.id))
    FROM notices_notice notice JOIN points_entry entry ON entry.id = notice.entry_id
    WHERE entry.account_id = ANY(%(ids)s)
"""


def accounts(connection: psycopg.Connection[tuple[object, ...]], count: int, *, due: bool = True) -> list[int]:
    """New accounts with 10 points left since `EARLIER`; where `due`, a second decision waits for the day `DUE`.

    Returns:
        Their numbers. Entries, notices and snapshots are as `settle` would have left them the day before.
    """
    restores_on = date(EARLIER.year + 1, EARLIER.month, EARLIER.day + 1)
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM licences_holder")
        row = cursor.fetchone()
        assert row is not None
        first = int(str(row[0])) + 1
        holders = {"first": first, "last": first + count - 1}
        cursor.execute(_HOLDERS, holders)
        cursor.execute(
            _ACCOUNTS,
            {
                **holders,
                "restores_on": restores_on,
                "next_change_on": DUE if due else restores_on,
                "settled_on": date(DUE.year, DUE.month - 1, 31),
            },
        )
        ids = [int(str(row[0])) for row in cursor.fetchall()]
        cursor.execute(_FACT, {"ids": ids, "prefix": "A-", "on": EARLIER, "points": 2})
        cursor.execute(_ENTRY, {"ids": ids, "on": EARLIER})
        cursor.execute(_JOB, {"ids": ids})
        if due:
            cursor.execute(_FACT, {"ids": ids, "prefix": "B-", "on": DUE, "points": 4})
    return ids


def tidy(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Let the planner know the tables, and write out what is dirty, so that no round pays for it."""
    connection.execute("VACUUM (ANALYZE) points_account, points_fact, points_entry, notices_notice, licences_holder")
    connection.execute("CHECKPOINT")
