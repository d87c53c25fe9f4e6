"""The only writers of errands, attempts and outcomes: which channels are to be used, what was tried, what came of it.

An attempt is committed before its provider is asked, and its outcome afterwards (ADR 0033): whoever dies in between
leaves an attempt without an outcome, and the next attempt carries the same key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from django.db import connection, transaction
from procrastinate.types import JSONDict

from gplx import clock, crash, database
from gplx.errors import MoveNotAllowedError
from gplx.law import notices as law
from gplx.notices import codes
from gplx.notices.catalogue import Text
from gplx.notices.channels import CHANNELS, Message
from gplx.notices.models import Errand, OutcomeKind
from gplx.notices.models import ErrandState as State
from gplx.notices.states import ANSWER_HOURS_MAX, BACK_OFF_SECONDS, MOVES, TRIES_MAX

_REPORTS = frozenset(OutcomeKind.values)


class Begun(NamedTuple):
    """An attempt that is written down and may now be made."""

    attempt_id: int
    channel: str
    message: Message


_CHOOSE = """
    SELECT errand.id, errand.notice_id, errand.channel, errand.round, errand.tries, errand.contact_id,
           contact.address, contact.ended_at,
           delivery.title_vi, delivery.text_vi, delivery.title_en, delivery.text_en,
           (SELECT coalesce(max(attempt.number), 0) FROM notices_attempt attempt
            WHERE attempt.notice_id = errand.notice_id AND attempt.channel = errand.channel)
    FROM notices_errand errand
    JOIN notices_contact contact ON contact.id = errand.contact_id
    JOIN notices_delivery delivery ON delivery.notice_id = errand.notice_id AND delivery.channel = 'inbox'
    WHERE errand.state = 'waiting' AND errand.channel = ANY(%(channels)s) AND errand.due_on <= %(today)s
      AND errand.not_before <= statement_timestamp() AND (%(ids)s::bigint[] IS NULL OR errand.id = ANY(%(ids)s))
    ORDER BY errand.id LIMIT %(limit)s
    FOR NO KEY UPDATE OF errand SKIP LOCKED
"""
_BEGIN = """
    WITH begun AS (
        INSERT INTO notices_attempt (notice_id, channel, contact_id, round, number, key, text, digest)
        SELECT * FROM unnest(%(notice_ids)s::bigint[], %(channels)s::text[], %(contact_ids)s::bigint[],
                             %(rounds)s::smallint[], %(numbers)s::smallint[], %(keys)s::text[], %(texts)s::text[],
                             %(digests)s::text[])
        RETURNING id, notice_id, channel
    ), moved AS (
        UPDATE notices_errand errand
        SET tries = errand.tries + 1, not_before = statement_timestamp() + make_interval(secs => next.wait)
        FROM unnest(%(ids)s::bigint[], %(waits)s::int[]) AS next (id, wait) WHERE errand.id = next.id
    )
    SELECT id, notice_id, channel FROM begun
"""


@transaction.atomic
def begin(errand_ids: Sequence[int] | None, *, channels: Iterable[str], limit: int) -> list[Begun]:
    """Write down the attempts that are made now, of those errands or of any that wait and are due, by some channels.

    What another worker has begun is left to it; should that one die, the errand waits until its time is up.
    """
    with connection.cursor() as cursor:
        ids = None if errand_ids is None else list(errand_ids)
        cursor.execute(_CHOOSE, {"channels": sorted(channels), "today": clock.today(), "ids": ids, "limit": limit})
        rows = cursor.fetchall()
        ended = [row[0] for row in rows if row[7] is not None]
        if ended:
            _move(ended, "finish", "contact_ended")
        made: dict[tuple[int, str], tuple[Message, Any]] = {}
        for errand_id, notice_id, channel, round_, tries, contact_id, address, ended_at, *told, number in rows:
            if ended_at is not None:
                continue
            text = Text(*told)
            sent = CHANNELS[channel].compose(text, codes.of_notice(notice_id))
            key = f"n{notice_id}-{channel}-{round_}"
            message = Message(key, address, text.title_vi if channel == law.EMAIL else "", sent)
            made[(notice_id, channel)] = (message, (errand_id, contact_id, round_, number + 1, tries))
        if not made:
            return []
        cursor.execute(
            _BEGIN,
            {
                "notice_ids": [notice_id for notice_id, _ in made],
                "channels": [channel for _, channel in made],
                "contact_ids": [row[1] for _, row in made.values()],
                "rounds": [row[2] for _, row in made.values()],
                "numbers": [row[3] for _, row in made.values()],
                "keys": [message.key for message, _ in made.values()],
                "texts": [message.text for message, _ in made.values()],
                "digests": [sha256(message.text.encode()).hexdigest() for message, _ in made.values()],
                "ids": [row[0] for _, row in made.values()],
                "waits": [BACK_OFF_SECONDS[min(row[4], len(BACK_OFF_SECONDS) - 1)] for _, row in made.values()],
            },
        )
        begun = [Begun(id_, channel, made[(notice_id, channel)][0]) for id_, notice_id, channel in cursor.fetchall()]
    return sorted(begun)


ERRANDS_A_JOB = 20


def send_soon(errand_ids: Sequence[int]) -> None:
    """Ask the worker to send, in the caller's transaction."""
    from gplx.notices.tasks import send

    shares: list[JSONDict] = [
        {"errand_ids": list(errand_ids[first : first + ERRANDS_A_JOB])}
        for first in range(0, len(errand_ids), ERRANDS_A_JOB)
    ]
    if shares:
        send.batch_defer(*shares)


_KEEP = """
    INSERT INTO notices_outcome (attempt_id, outcome, answer) VALUES (%s, %s, %s::jsonb)
    ON CONFLICT (attempt_id, outcome) DO NOTHING
"""


def postpone(begun: Begun, *, arrived: bool) -> None:
    """Nobody answered: the errand waits for its next try, or for a person after too many (F29, I17).

    Args:
        arrived: the message may have gone out all the same; then the attempt stays without an outcome (F31).
    """
    with transaction.atomic():
        errand = _errand_of(begun.attempt_id)
        if not arrived:
            with connection.cursor() as cursor:
                cursor.execute(_KEEP, [begun.attempt_id, OutcomeKind.FAILED, '{"reason": "unavailable"}'])
        if errand is not None and errand.state == State.WAITING and errand.tries >= TRIES_MAX:
            _bury_or_go_on(errand, "unavailable")


@transaction.atomic
def report(attempt_id: int, outcome: str, answer: Mapping[str, Any]) -> bool:
    """Keep what became of an attempt, at once or later, and go on with the next channel where this one failed.

    Args:
        outcome: one of `OutcomeKind`.
        answer: the provider's words, without the person's data.

    Returns:
        False when this was reported before: nothing changes then (F11).

    Raises:
        LookupError: no such attempt, or no such outcome.
    """
    if outcome not in _REPORTS:
        raise LookupError(f"no such outcome: {outcome}")
    errand = _errand_of(attempt_id)
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [attempt_id, outcome, orjson.dumps(dict(answer)).decode()])
        if not cursor.rowcount:
            return False
    crash.at("report.kept")
    if errand is None or errand.state == State.DONE:
        return True
    if outcome == OutcomeKind.DELIVERED:
        _move([errand.pk], "finish", "confirmed")
    elif outcome == OutcomeKind.ACCEPTED:
        if errand.state == State.WAITING:
            _move([errand.pk], "hand_over", "")
    elif errand.state != State.DEAD:
        cause = {"failed": "rejected", "expired": "no_answer", "returned": "returned"}[outcome]
        _bury_or_go_on(errand, cause)
    return True


_DELIVERED = """
    WITH kept AS (
        INSERT INTO notices_outcome (attempt_id, outcome, answer)
        SELECT id, 'delivered', '{}' FROM unnest(%(ids)s::bigint[]) AS told (id)
        ON CONFLICT (attempt_id, outcome) DO NOTHING RETURNING attempt_id
    )
    UPDATE notices_errand errand SET state = 'done', cause = 'confirmed', moved_at = statement_timestamp()
    FROM kept JOIN notices_attempt attempt ON attempt.id = kept.attempt_id
    WHERE errand.notice_id = attempt.notice_id AND errand.channel = attempt.channel AND errand.state <> 'done'
"""


@transaction.atomic
def delivered(attempt_ids: Sequence[int]) -> None:
    """`report` for many attempts that arrived, such as a batch of letters, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_DELIVERED, {"ids": list(attempt_ids)})


def _errand_of(attempt_id: int) -> Errand | None:
    """The errand of an attempt, locked; None for a page of the register, which has none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT notice_id, channel FROM notices_attempt WHERE id = %s", [attempt_id])
        row = cursor.fetchone()
    if row is None:
        raise LookupError(f"no attempt {attempt_id}")
    return Errand.objects.select_for_update(no_key=True).filter(notice_id=row[0], channel=row[1]).first()


_HURRY_PAPER = """
    UPDATE notices_errand SET due_on = least(due_on, %(today)s)
    WHERE notice_id = %(notice_id)s AND channel = 'paper' AND state = 'waiting'
"""
_UNTRIED_CONTACTS = """
    INSERT INTO notices_errand
        (notice_id, channel, contact_id, state, round, tries, due_on, cause, handled_by, handled_note)
    SELECT notice.id, contact.kind, contact.id, 'waiting', 1, 0, %(today)s, '', '', ''
    FROM notices_notice notice JOIN notices_contact contact ON contact.holder_id = notice.holder_id
    WHERE notice.id = %(notice_id)s AND contact.confirmed_at IS NOT NULL AND contact.ended_at IS NULL
    ON CONFLICT (notice_id, channel) DO NOTHING
"""


def _bury_or_go_on(errand: Errand, cause: str) -> None:
    """The next channel at once; where there is none, a person has to look.

    Electronic channels are followed by paper, and a letter that came back by contacts that are known only now.
    """
    statement = _UNTRIED_CONTACTS if errand.channel == law.PAPER else _HURRY_PAPER
    with connection.cursor() as cursor:
        cursor.execute(statement, {"today": clock.today(), "notice_id": errand.notice_id})
        goes_on = cursor.rowcount > 0
    _move([errand.pk], "finish" if goes_on else "bury", "next_channel" if goes_on else cause)


def _move(errand_ids: Sequence[int], name: str, cause: str, **more: Any) -> None:
    """The only place where the state of an errand changes."""
    move = MOVES[name]
    moved = Errand.objects.filter(pk__in=errand_ids, state__in=move.of).update(
        state=move.to, cause=cause, moved_at=_now(), **more
    )
    if moved != len(errand_ids):
        raise MoveNotAllowedError


def _now() -> datetime:
    row = database.send("SELECT statement_timestamp()").fetchone()
    assert row is not None
    found: datetime = row[0]
    return found


# --- what comes due --------------------------------------------------------------------------------------------------

CONFIRMED = """(
    EXISTS (SELECT FROM notices_reading reading WHERE reading.notice_id = {notice})
    OR EXISTS (
        SELECT FROM notices_attempt attempt JOIN notices_outcome outcome ON outcome.attempt_id = attempt.id
        WHERE attempt.notice_id = {notice} AND attempt.channel IN ('email', 'sms', 'paper')
          AND outcome.outcome = 'delivered'))"""
"""Whether a channel has confirmed that a notice reached the person (ADR 0032)."""

_PAPER_DUE = f"""
    WITH due AS (
        SELECT errand.id, errand.notice_id, errand.round, {CONFIRMED.format(notice="errand.notice_id")} AS confirmed
        FROM notices_errand errand
        WHERE errand.state = 'waiting' AND errand.channel = 'paper' AND errand.due_on <= %(today)s
          AND (%(notice_ids)s::bigint[] IS NULL OR errand.notice_id = ANY(%(notice_ids)s))
        ORDER BY errand.due_on, errand.id LIMIT %(limit)s
        FOR NO KEY UPDATE OF errand SKIP LOCKED
    ), begun AS (
        INSERT INTO notices_attempt (notice_id, channel, round, number, key, text, digest)
        SELECT due.notice_id, 'paper', due.round,
               (SELECT coalesce(max(attempt.number), 0) + 1 FROM notices_attempt attempt
                WHERE attempt.notice_id = due.notice_id AND attempt.channel = 'paper'),
               'n' || due.notice_id || '-paper-' || due.round, '', delivery.digest
        FROM due JOIN notices_delivery delivery ON delivery.notice_id = due.notice_id AND delivery.channel = 'inbox'
        WHERE NOT due.confirmed
    )
    UPDATE notices_errand errand
    SET state = CASE WHEN due.confirmed THEN 'done' ELSE 'sent' END,
        cause = CASE WHEN due.confirmed THEN 'confirmed' ELSE '' END,
        tries = errand.tries + 1, moved_at = statement_timestamp()
    FROM due WHERE errand.id = due.id
"""
LETTERS_AT_ONCE = 1000


def paper_due(notice_ids: Sequence[int] | None = None) -> int:
    """Hand letters to the mailroom that are due: an attempt each. Confirmed meanwhile, none is needed.

    Selects what is due, however long (F10).

    Args:
        notice_ids: of these notices only.

    Returns:
        How many errands moved.
    """
    moved = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            ids = None if notice_ids is None else list(notice_ids)
            cursor.execute(_PAPER_DUE, {"today": clock.today(), "limit": LETTERS_AT_ONCE, "notice_ids": ids})
            moved += int(cursor.rowcount)
            if cursor.rowcount < LETTERS_AT_ONCE:
                return moved


_TO_ASK = """
    WITH silent AS (
        SELECT errand.id, errand.notice_id, errand.channel FROM notices_errand errand
        WHERE errand.state = 'sent' AND errand.channel = 'sms' AND errand.not_before <= statement_timestamp()
        ORDER BY errand.moved_at LIMIT %(limit)s
        FOR NO KEY UPDATE SKIP LOCKED
    ), later AS (
        UPDATE notices_errand errand SET not_before = statement_timestamp() + make_interval(secs => %(seconds)s)
        FROM silent WHERE errand.id = silent.id
    )
    SELECT attempt.id, attempt.key FROM silent
    JOIN LATERAL (
        SELECT id, key FROM notices_attempt
        WHERE notice_id = silent.notice_id AND channel = silent.channel ORDER BY number DESC LIMIT 1
    ) attempt ON true
"""
ASKED_AT_ONCE, ASKED_AGAIN_SECONDS = 100, 600


def to_ask() -> list[tuple[int, str]]:
    """Attempts whose provider may know more by now, with their keys; each is asked about every ten minutes at most."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TO_ASK, {"limit": ASKED_AT_ONCE, "seconds": ASKED_AGAIN_SECONDS})
        return list(cursor.fetchall())


def report_by_key(key: str, outcome: str, answer: Mapping[str, Any]) -> bool:
    """`report` for the last short message that carried a key; False when it was reported before, or there is none.

    The gateway for short messages says nothing about letters or mail: their evidence comes from elsewhere.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM notices_attempt WHERE key = %s AND channel = 'sms' ORDER BY number DESC LIMIT 1", [key]
        )
        row = cursor.fetchone()
    return row is not None and report(row[0], outcome, answer)


_SILENT = """
    SELECT attempt.id FROM notices_errand errand
    JOIN LATERAL (
        SELECT id FROM notices_attempt
        WHERE notice_id = errand.notice_id AND channel = errand.channel ORDER BY number DESC LIMIT 1
    ) attempt ON true
    WHERE errand.state = 'sent' AND errand.channel = 'sms'
      AND errand.moved_at < statement_timestamp() - make_interval(hours => %s)
    LIMIT 1000
"""


def expire() -> int:
    """Give up waiting for providers that took a message and never said more; how many."""
    with connection.cursor() as cursor:
        cursor.execute(_SILENT, [ANSWER_HOURS_MAX])
        silent = [row[0] for row in cursor.fetchall()]
    return sum(report(attempt_id, OutcomeKind.EXPIRED, {}) for attempt_id in silent)


# --- what a person does about it -------------------------------------------------------------------------------------


@transaction.atomic
def retry(errand_id: int, *, officer: str) -> None:
    """Begin an errand again that could not be done.

    Where the provider had said no, or a letter came back, with a message of its own; where it never answered, under
    the same key, so that nobody is told twice (ADR 0033).

    Raises:
        MoveNotAllowedError: it does not wait for a person any more.
    """
    errand = Errand.objects.select_for_update(no_key=True).get(pk=errand_id)
    anew = errand.cause in ("rejected", "returned", "no_answer")
    _move(
        [errand_id],
        "retry",
        "",
        tries=0,
        round=errand.round + anew,
        due_on=clock.today(),
        not_before=_now(),
        handled_by=officer,
        handled_note="",
    )


@transaction.atomic
def handle(errand_id: int, *, officer: str, note: str) -> None:
    """Note that a person has looked at an errand that could not be done, and what came of it.

    Raises:
        MoveNotAllowedError: it does not wait for a person any more.
    """
    _move([errand_id], "handle", "handled", handled_by=officer, handled_note=note)
