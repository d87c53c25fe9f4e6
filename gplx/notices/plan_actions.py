"""Which channels a notice takes: its errands are noted when it comes into the inbox, as the law's table says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection

from gplx import clock
from gplx.law import notices as law

SIGNS_IN = """EXISTS (
    SELECT FROM accounts_user citizen JOIN licences_holder person ON person.citizen_number = citizen.citizen_number
    WHERE person.id = {holder} AND citizen.role = 'citizen'
    UNION ALL
    SELECT FROM accounts_user citizen JOIN licences_identityalias alias ON alias.number = citizen.citizen_number
    WHERE alias.holder_id = {holder} AND citizen.role = 'citizen')"""
"""Whether a holder ever signed in to the portal, by his number or an older one."""

# For notices that have just come into the inbox: publish those that belong on the traffic police's page, and note what
# is still to be done. Paper is due at once where nothing electronic is available (ADR 0031).
_PLAN = f"""
    WITH told AS (
        SELECT notice.id, notice.holder_id, wanted.site, wanted.personal, wanted.paper,
               wanted.paper_after_days, wanted.digest
        FROM unnest(%(notice_ids)s::bigint[], %(site)s::bool[], %(personal)s::bool[], %(paper)s::bool[],
                    %(paper_after_days)s::int[], %(digests)s::text[])
             AS wanted (id, site, personal, paper, paper_after_days, digest)
        JOIN notices_notice notice ON notice.id = wanted.id
    ), published AS (
        INSERT INTO notices_attempt (notice_id, channel, round, number, key, text, digest)
        SELECT id, 'site', 1, 1, 'n' || id || '-site-1', '', digest FROM told WHERE site
        ON CONFLICT DO NOTHING RETURNING id
    ), seen AS (
        INSERT INTO notices_outcome (attempt_id, outcome, answer) SELECT id, 'delivered', '{{}}' FROM published
    ), contacts AS (
        SELECT told.id AS notice_id, contact.id, contact.kind
        FROM told JOIN notices_contact contact ON contact.holder_id = told.holder_id
        WHERE told.personal AND contact.confirmed_at IS NOT NULL AND contact.ended_at IS NULL
    ), errands AS (
        INSERT INTO notices_errand
            (notice_id, channel, contact_id, state, round, tries, due_on, cause, handled_by, handled_note)
        SELECT notice_id, kind, id, 'waiting', 1, 0, %(today)s::date, '', '', '' FROM contacts
        UNION ALL
        SELECT id, 'paper', NULL, 'waiting', 1, 0,
               CASE WHEN EXISTS (SELECT FROM contacts WHERE contacts.notice_id = told.id)
                      OR {SIGNS_IN.format(holder="told.holder_id")}
                    THEN %(today)s::date + paper_after_days ELSE %(today)s::date END, '', '', ''
        FROM told WHERE paper
        ON CONFLICT (notice_id, channel) DO NOTHING
        RETURNING id, channel
    )
    SELECT id FROM errands WHERE channel <> 'paper' ORDER BY id
"""


def plan(
    notice_ids: Sequence[int], kinds: Sequence[str], recorded_on: Sequence[date], digests: Sequence[str]
) -> list[int]:
    """Note by which channels notices are to be told that have just come into the inbox, in that transaction.

    Returns:
        The errands that are to be sent now.
    """
    plans = [law.plan_on(kind, day).value for kind, day in zip(kinds, recorded_on, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            _PLAN,
            {
                "today": clock.today(),
                "notice_ids": list(notice_ids),
                "site": [law.SITE in plan.at_once for plan in plans if plan],
                "personal": [law.EMAIL in plan.at_once for plan in plans if plan],
                "paper": [plan.paper_otherwise for plan in plans if plan],
                "paper_after_days": [law.PAPER_AFTER_DAYS.on(max(day, law.FIRST_DAY)) for day in recorded_on],
                "digests": list(digests),
            },
        )
        return [row[0] for row in cursor.fetchall()]
