"""Looking a person up: only with a purpose, always recorded, and for a short while (I13, T16, T35).

A look is the row of the access log that opened it. Its page is open to the officer who made it, for a quarter of an
hour; after that he has to say again why he looks. Addresses carry the number of the look, never a number or a name of
a person (I18).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from gplx.accounts.models import User
from gplx.audit.actions import NewAccess, record_access
from gplx.audit.models import Access, Purpose
from gplx.errors import RegisterError
from gplx.licences import own
from gplx.licences.models import Holder, Licence

OPEN_MINUTES = 15
NEEDS_REFERENCE = frozenset({Purpose.CASE_HANDLING, Purpose.QUARANTINE, Purpose.COMPLAINT})
"""Purposes that belong to a case, a decision or a complaint with a number of its own."""
MISSES_MAX, MISSES_MINUTES = 20, 10
"""So many look-ups that named nobody, in so many minutes, look like guessing (T35)."""
RECENT = 10

SEARCH, LIST, STANDING, STATEMENT = "search", "list", "standing", "statement"
"""What was read: SEARCH found nobody, LIST showed several people to choose from, the others one person's record."""
PREVIEW, DECISION, CANDIDATE, LETTER = "preview", "decision", "candidate", "letter"
CERTIFICATE, TEST_CANDIDATE = "certificate", "test_candidate"


class TooManyMissesError(RegisterError):
    """Too many look-ups that found nobody. Wait ten minutes, check the number on the document and try again."""


class OwnRecordError(RegisterError):
    """This is your own record: nobody works on himself. Sign in as a citizen to see it, or ask a colleague."""


@dataclass(frozen=True)
class Look:
    """An open look at one person."""

    number: int
    holder: Holder
    purpose: Purpose
    reference: str
    opened_at: datetime


def check_budget(user: User) -> None:
    """Refuse an officer whose last look-ups found nobody, again and again."""
    since = timezone.now() - timedelta(minutes=MISSES_MINUTES)
    misses = Access.objects.filter(
        actor_kind="officer", actor=str(user.pk), what=SEARCH, holder_id=None, accessed_at__gte=since
    ).count()
    if misses >= MISSES_MAX:
        raise TooManyMissesError


def record(user: User, holder_id: int | None, *, purpose: str, reference: str, what: str) -> None:
    """Write one row of the access log; it names the officer by the code of his role, and his unit."""
    record_access([NewAccess(holder_id, "officer", str(user.pk), _actor_name(user), purpose, reference, what)])


def _actor_name(user: User) -> str:
    return f"{user.role}|{user.unit}"


def record_list(user: User, holder_ids: Sequence[int], *, purpose: str, reference: str) -> None:
    """Write that a list of names was shown, and with each person on it that he was."""
    actor_name = _actor_name(user)
    record_access(
        [
            NewAccess(holder_id, "officer", str(user.pk), actor_name, purpose, reference, LIST)
            for holder_id in (None, *holder_ids)
        ]
    )


def record_letters(user: User, holder_ids: Sequence[int], *, reference: str) -> None:
    """Write with each person of a batch that his letter was printed."""
    actor_name = _actor_name(user)
    record_access(
        [
            NewAccess(holder_id, "officer", str(user.pk), actor_name, Purpose.CASE_HANDLING.value, reference, LETTER)
            for holder_id in holder_ids
        ]
    )


def record_results(user: User, shown: Sequence[tuple[str, str]]) -> None:
    """Write with each person whose licence number stands in a result that waits that it was shown (I13).

    Args:
        shown: licence number as stated, and the number of the result.
    """
    holders = dict(
        Licence.objects.filter(number__in=[number for number, _ in shown]).values_list("number", "holder_id")
    )
    for number, result in shown:
        record_once(
            user, holders.get(number), purpose=Purpose.QUARANTINE.value, reference=f"KQ-{result}", what=TEST_CANDIDATE
        )


def record_once(user: User, holder_id: int | None, *, purpose: str, reference: str, what: str) -> None:
    """Write a row unless this officer has one for the same read of the last minutes: a reload is not another look."""
    if not _recent(user).filter(holder_id=holder_id, purpose=purpose, reference=reference, what=what).exists():
        record(user, holder_id, purpose=purpose, reference=reference, what=what)


def open_look(user: User, holder: Holder, *, purpose: str, reference: str) -> int:
    """Begin to look at a person; returns the number of the look.

    Raises:
        OwnRecordError: the person is the officer himself. The attempt is recorded.
    """
    record(user, holder.pk, purpose=purpose, reference=reference, what=STANDING)
    if is_own(user, holder):
        raise OwnRecordError
    return _recent(user).filter(holder_id=holder.pk, what=STANDING).latest("pk").pk


def is_own(user: User, holder: Holder) -> bool:
    """Is this the officer's own record (I14)?"""
    return own.is_own(user.citizen_number, holder)


def opened(user: User, number: int) -> Look | None:
    """A look that this officer began and that is still open; None otherwise, whatever the reason."""
    row = _recent(user).filter(pk=number, what=STANDING).first()
    if row is None or row.holder_id is None:
        return None
    holder = Holder.objects.get(pk=row.holder_id)
    if is_own(user, holder):
        return None
    return Look(row.pk, holder, Purpose(row.purpose), row.reference, row.accessed_at)


def recent_of(user: User) -> QuerySet[Access]:
    """The officer's own last look-ups, newest first."""
    mine = Access.objects.filter(actor_kind="officer", actor=str(user.pk), what__in=[SEARCH, LIST, STANDING])
    return mine.exclude(what=LIST, holder_id__isnull=False).order_by("-pk")[:RECENT]


def still_open_since() -> datetime:
    """Looks begun after this instant are open."""
    return timezone.now() - timedelta(minutes=OPEN_MINUTES)


def _recent(user: User) -> QuerySet[Access]:
    window = Now() - timedelta(minutes=OPEN_MINUTES)
    return Access.objects.filter(actor_kind="officer", actor=str(user.pk), accessed_at__gte=window)


# --- choosing among several people ------------------------------------------------------------------------------------

_SALT = "gplx.desk.choice"


def choice(user: User, holder_id: int, *, purpose: str, reference: str) -> str:
    """A sealed ticket for one person of a list of hits: only this officer can use it, soon, and for this purpose."""
    return signing.dumps([user.pk, holder_id, purpose, reference], salt=_SALT)


def chosen(user: User, ticket: str) -> tuple[Holder, str, str] | None:
    """The person, the purpose and the reference of a ticket; None when it is foreign, changed or too old."""
    try:
        officer_id, holder_id, purpose, reference = signing.loads(ticket, salt=_SALT, max_age=OPEN_MINUTES * 60)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    holder = Holder.objects.filter(pk=holder_id).first() if officer_id == user.pk else None
    return None if holder is None else (holder, purpose, reference)
