"""The mailroom of a demo: one batch that is printed, and one that was posted, of which a letter came back."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from gplx import clock
from gplx.mailroom import actions
from gplx.notices import errand_actions
from gplx.notices.actions import deliver_to_inbox

_PRINTED, _POSTED = ("01", 8), ("79", 5)
"""Province and number of letters of the batch to be posted, and of the one that was."""
_CARRIER = "Bưu điện Mẫu"
_DEMO = 0
"""In the place of an officer: nobody."""

# The newest notices of people who are none of the named ones: these have the inbox.
_NEWEST = """
    SELECT notice.id FROM notices_notice notice JOIN licences_holder holder ON holder.id = notice.holder_id
    WHERE holder.province_code = %s AND holder.citizen_number <> ALL(%s) AND notice.kind IN ('deduction', 'exhausted')
    ORDER BY notice.id DESC LIMIT %s
"""


def fill(named: Collection[str]) -> None:
    """Tell some people on paper, and let their letters go part of the way; the letters of the others arrive after it.

    Args:
        named: citizen numbers of the people one signs in as; they get no letter here.
    """
    for number, (province_code, count) in enumerate((_PRINTED, _POSTED), 1):
        with connection.cursor() as cursor:
            cursor.execute(_NEWEST, [province_code, list(named), count])
            notice_ids = [row[0] for row in cursor.fetchall()]
        if not notice_ids:
            continue  # a very small demo
        deliver_to_inbox(notice_ids)
        errand_actions.paper_due(notice_ids)
        draft = UUID(int=clock.today().toordinal() * 10 + number)
        try:
            batch = actions.make_batch(draft, province_code=province_code, by=_DEMO)
        except actions.NothingWaitsError:
            continue
        actions.make(batch.pk)
        if (province_code, count) == _POSTED:
            _send_away(batch.pk)


def _send_away(batch_id: int) -> None:
    batch = actions.post(batch_id, carrier=_CARRIER, carrier_receipt="MAU-0001", by=_DEMO)
    actions.receipt_of(batch)
    letters = list(batch.letters.order_by("sequence"))
    actions.enter(letters[0].pk, "return", by=_DEMO, said={"by": "carrier"}, reason="moved")
    for letter in letters[1:3]:
        actions.enter(letter.pk, "deliver", by=_DEMO, said={"by": "carrier"})
