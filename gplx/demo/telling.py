"""What the demo's people were told: old notices are in the inbox and their letters have arrived, some people have
contacts, and the newest notices wait for the worker, so that mail and messages go out before one's eyes."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from gplx import clock
from gplx.demo.people import CITIZENS
from gplx.licences.models import Holder
from gplx.notices import actions, contact_actions, errand_actions
from gplx.notices.models import Attempt, ContactKind, Notice, OutcomeKind
from gplx.points.announcements import remind

WAITING_DAYS = 10
"""Letters about what was recorded in the last days are still in the mailroom."""
RETURNED_ONE_IN = 2000
CHUNK = 2000


def tell() -> None:
    """Tell everything but the newest: what is left is the worker's."""
    named = dict(Holder.objects.filter(citizen_number__in=_contacts()).values_list("citizen_number", "pk"))
    newest = _newest_of(list(named.values()))
    before = clock.today() - timedelta(days=WAITING_DAYS)
    ids = Notice.objects.filter(recorded_on__lt=before).exclude(pk__in=newest).order_by("pk")
    told = list(ids.values_list("pk", flat=True))
    for first in range(0, len(told), CHUNK):
        actions.deliver_to_inbox(told[first : first + CHUNK])
    errand_actions.paper_due()
    # Those that the mailroom has in hand already have a fate of their own.
    on_paper = Attempt.objects.filter(channel="paper", letter__isnull=True)
    letters = list(on_paper.order_by("pk").values_list("pk", flat=True))
    for letter in letters[RETURNED_ONE_IN - 1 :: RETURNED_ONE_IN]:
        actions.report(letter, OutcomeKind.RETURNED, {"reason": "moved"})
    kept = set(letters) - set(letters[RETURNED_ONE_IN - 1 :: RETURNED_ONE_IN])
    errand_actions.delivered(sorted(kept))
    for number, contacts in _contacts().items():
        for kind, address in contacts.items():
            if number in named:
                contact_actions.take_over(named[number], kind, address)
    remind()


def _contacts() -> dict[str, dict[ContactKind, str]]:
    """Every third of the named people has both contacts, every third an e-mail address, every third none."""
    found: dict[str, dict[ContactKind, str]] = {}
    for place, person in enumerate(CITIZENS):
        email = {ContactKind.EMAIL: f"{person.key.replace('_', '-')}@mau.example"}
        sms = {ContactKind.SMS: f"+8491{place:07}"}
        found[person.citizen_number] = [email | sms, email, {}][place % 3]
    return found


def _newest_of(holder_ids: list[int]) -> list[int]:
    """The last notice of each of these people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM notices_notice WHERE holder_id = ANY(%s) GROUP BY holder_id", [holder_ids])
        return [row[0] for row in cursor.fetchall()]
