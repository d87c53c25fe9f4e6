"""The traffic police's page: whoever knows three facts about a licence sees which notices there are (T35, T36).

There is one question and one answer. A licence that does not exist, facts that do not belong together, and a person
without notices give the same page, by the same statement.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db import connection, transaction

from gplx.notices import codes

ASKED_BY_ONE_MAX, ASKED_ABOUT_ONE_MAX = 20, 10
WINDOW_SECONDS = 3600
"""How many questions within the hour from one address, and about one licence number from wherever."""


class Published(NamedTuple):
    """One notice as the traffic police's page shows it: that there is one, and how it is found in the portal."""

    title_vi: str
    title_en: str
    published_on: date
    code: str


_ASK = """
    WITH old AS (
        DELETE FROM notices_sitequestion
        WHERE asked_at < statement_timestamp() - make_interval(secs => %(window)s * 24)
    ), asked AS (
        INSERT INTO notices_sitequestion (asker, subject) VALUES (%(asker)s, %(subject)s)
    )
    SELECT (SELECT count(*) FROM notices_sitequestion
            WHERE asker = %(asker)s AND asked_at > statement_timestamp() - make_interval(secs => %(window)s)),
           (SELECT count(*) FROM notices_sitequestion
            WHERE subject = %(subject)s AND asked_at > statement_timestamp() - make_interval(secs => %(window)s))
"""
_PUBLISHED = """
    SELECT notice.id, delivery.title_vi, delivery.title_en, notice.recorded_on
    FROM licences_licence licence
    JOIN licences_holder holder ON holder.id = licence.holder_id
    JOIN notices_notice notice ON notice.holder_id = holder.id
    JOIN notices_delivery delivery ON delivery.notice_id = notice.id AND delivery.channel = 'inbox'
    WHERE licence.number = %(number)s AND holder.birth_date = %(birth_date)s
      AND right(holder.citizen_number, 4) = %(last_four)s
      AND EXISTS (SELECT FROM notices_attempt attempt
                  WHERE attempt.notice_id = notice.id AND attempt.channel = 'site')
    ORDER BY notice.id DESC LIMIT 20
"""


def published(*, number: str, birth_date: date, last_four: str, asked_from: str) -> list[Published] | None:
    """The last notices about the licence to which all three facts belong, newest first; none for whatever reason.

    Args:
        last_four: the last digits of the citizen number.
        asked_from: the address of whoever asks, for the budget; only a keyed digest of it is kept.

    Returns:
        None when too much was asked of late, from there or about that licence.
    """
    asker, subject = codes.digest_of("asker", asked_from), codes.digest_of("subject", number)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ASK, {"asker": asker, "subject": subject, "window": WINDOW_SECONDS})
        by_one, about_one = cursor.fetchone()
        cursor.execute(_PUBLISHED, {"number": number, "birth_date": birth_date, "last_four": last_four})
        rows = cursor.fetchall()
    if by_one >= ASKED_BY_ONE_MAX or about_one >= ASKED_ABOUT_ONE_MAX:
        return None
    return [Published(vi, en, on, codes.of_notice(notice_id)) for notice_id, vi, en, on in rows]
