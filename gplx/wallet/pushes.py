"""Telling other systems how an account stands: the only writer of events, pushes and targets (ADR 0062).

An event is written in the transaction that changes the account. Later it is dealt out to the targets, by transactions
that are over (F20), and sent in the order of its account; what a target does not take is tried again, later and later.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import orjson
from django.db import connection, transaction
from django.db.models.functions import Now

from gplx import crash, database
from gplx.database import array, text_array
from gplx.wallet import publication, store, webhooks
from gplx.wallet.models import Event, Push, Target, TargetKind
from gplx.wallet.tasks import push

ATTEMPTS_MAX = 10
BACK_OFF_SECONDS = (5, 15, 60, 300, 900, 1800, 3600, 7200, 14400)
"""How long after each failed try of one event; after the last the event is dead and a person looks."""
FAILURES_BEFORE_PAUSE = 3
_PAUSE_SECONDS_MAX = 300
_BATCH = 200


class Snapshot(NamedTuple):
    """How an account stands after a change."""

    holder_id: int
    part: str
    points: int
    may_drive: bool
    as_of: date


_ANNOUNCE = """
    WITH told AS (
        SELECT * FROM unnest(%(holder_ids)s::bigint[], %(parts)s::text[], %(points)s::smallint[], %(may_drive)s::bool[],
                             %(as_of)s::date[]) AS told (holder_id, part, points, may_drive, as_of)
        WHERE EXISTS (SELECT FROM wallet_target WHERE is_active)
    ), counted AS (
        INSERT INTO wallet_standing (holder_id, part, suspended, changes, events)
        SELECT holder_id, part, false, 0, 1 FROM told ORDER BY holder_id, part
        ON CONFLICT (holder_id, part) DO UPDATE SET events = wallet_standing.events + 1
        RETURNING holder_id, part, events
    ), written AS (
        INSERT INTO wallet_event (holder_id, part, number, points, may_drive, as_of, transaction)
        SELECT told.holder_id, told.part, counted.events, told.points, told.may_drive, told.as_of,
               pg_current_xact_id()::text::bigint
        FROM told JOIN counted USING (holder_id, part)
        RETURNING id
    )
    SELECT procrastinate_defer_jobs_v1(array_agg(
        ROW(%(queue)s, %(task)s, %(priority)s, 'wallet.push ' || target.name, NULL,
            jsonb_build_object('target', target.name), NULL)::procrastinate_job_to_defer_v1))
    FROM wallet_target target
    WHERE target.is_active AND EXISTS (SELECT FROM written)
    HAVING count(*) > 0
"""
# Every event of a transaction that is over and was not dealt out before. Transactions count anew where a backup was
# restored into another server: then all events are looked at once.
_DEAL_OUT = """
    WITH bound AS (
        SELECT id, pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS over_before, dealt_before
        FROM wallet_target WHERE id = %(target)s
    ), dealt AS (
        INSERT INTO wallet_push (target_id, event_id, state, attempts, answer)
        SELECT bound.id, event.id, 'waiting', 0, ''
        FROM bound JOIN wallet_event event
          ON event.transaction < bound.over_before
         AND event.transaction >= CASE WHEN dealt_before <= over_before THEN dealt_before ELSE 0 END
        ON CONFLICT (target_id, event_id) DO NOTHING
    )
    UPDATE wallet_target target SET dealt_before = bound.over_before FROM bound WHERE target.id = bound.id
"""
# The first event of each account that waits, if its time has come: later ones of that account wait behind it.
_HEADS = """
    SELECT id FROM (
        SELECT DISTINCT ON (event.holder_id, event.part) push.id, push.next_try_at
        FROM wallet_push push JOIN wallet_event event ON event.id = push.event_id
        WHERE push.target_id = %(target)s AND push.state = 'waiting'
        ORDER BY event.holder_id, event.part, event.number
    ) heads WHERE next_try_at <= statement_timestamp() ORDER BY id LIMIT %(limit)s
"""


def announce(snapshots: Sequence[Snapshot]) -> None:
    """Write an event for each account, in the caller's transaction; does nothing where no target is registered.

    May be called inside `database.together`, after `wallet.actions.follow`.
    """
    if not snapshots:
        return
    database.send(
        _ANNOUNCE,
        {
            "holder_ids": array(one.holder_id for one in snapshots),
            "parts": text_array(one.part for one in snapshots),
            "points": array(one.points for one in snapshots),
            "may_drive": array(one.may_drive for one in snapshots),
            "as_of": array(one.as_of for one in snapshots),
            "queue": push.queue,
            "task": push.name,
            "priority": push.priority,
        },
    )


@transaction.atomic
def register(name: str, kind: TargetKind, url: str) -> Target:
    """Register a system to push to, or give it another address; its secret is made in the key store.

    Raises:
        TargetRefusedError: nothing may be pushed to that address.
    """
    webhooks.refuse_address(url)
    store.key_store().make_push_secret(name)
    wanted = {"kind": kind, "url": url, "is_active": True, "failures": 0, "paused_until": None}
    target, is_new = Target.objects.update_or_create(name=name, defaults=wanted)
    if is_new:  # it hears of what comes from now on
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            (target.dealt_before,) = cursor.fetchone()
        target.save(update_fields=["dealt_before"])
    return target


def send_waiting(name: str, *, at: datetime | None = None) -> int:
    """Deal out and send what waits for one target, in the order of each account; how many were delivered.

    Safe to run twice: only one sender of a target works at a time, and a message that was taken before its sender died
    is sent again with the same identifier.
    """
    target = Target.objects.filter(name=name, is_active=True).first()
    if target is None:
        return 0
    delivered = 0
    with _alone(target) as is_ours:
        if not is_ours:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(_DEAL_OUT, {"target": target.pk})
        while not (target.paused_until and target.paused_until > (at or publication.now())):
            with connection.cursor() as cursor:
                cursor.execute(_HEADS, {"target": target.pk, "limit": _BATCH})
                heads = [row[0] for row in cursor.fetchall()]
            if not heads:
                break
            for one in Push.objects.select_related("event__holder").filter(pk__in=heads).order_by("pk"):
                delivered += _send(target, one)
                if target.paused_until:
                    break
    return delivered


def _send(target: Target, one: Push) -> bool:
    """Send one event and keep what became of it; the network is reached outside any transaction."""
    at = publication.now()
    secret = store.key_store().push_secret(target.name)
    outcome = webhooks.send(target.url, secret, message_id(one), body(target, one.event), at=at)
    crash.at("push.sent")
    attempts = one.attempts + 1
    became: dict[str, Any] = {"attempts": attempts, "answer": outcome.answer}
    # Times by the database's clock, which also dated the event (F23).
    if outcome.delivered:
        became |= {"state": "delivered", "delivered_at": Now()}
        target.failures, target.paused_until = 0, None
    else:
        wait = BACK_OFF_SECONDS[min(attempts, len(BACK_OFF_SECONDS)) - 1]
        state = "dead" if attempts >= ATTEMPTS_MAX else "waiting"
        became |= {"state": state, "next_try_at": Now() + timedelta(seconds=wait)}
        target.failures += 1
        if target.failures >= FAILURES_BEFORE_PAUSE:
            pause = min(5 * 2 ** (target.failures - FAILURES_BEFORE_PAUSE), _PAUSE_SECONDS_MAX)
            target.paused_until = at + timedelta(seconds=pause)
    with transaction.atomic():
        Push.objects.filter(pk=one.pk).update(**became)
        target.save(update_fields=["failures", "paused_until"])
    return outcome.delivered


def message_id(one: Push) -> str:
    """The identifier of a message: the same at every try, another for every target."""
    return f"gplx-{one.target_id}-{one.event_id}"


def body(target: Target, event: Event) -> bytes:
    """What a target is told: who, in the target's own way of naming people, and how the account stands. Not why."""
    holder = event.holder
    person: dict[str, object] = {"citizen_number": holder.citizen_number}
    if target.kind == TargetKind.POLICE:
        numbers = holder.licences.filter(status="valid").order_by("number").values_list("number", flat=True)
        person = {"licence_numbers": list(numbers)}
    return orjson.dumps(
        {
            "type": "licence.standing.changed",
            "timestamp": event.recorded_at.isoformat(),
            "data": {
                **person,
                "part": event.part,
                "sequence": event.number,
                "status": "valid" if event.may_drive else "suspended",
                "points": event.points,
                "as_of": event.as_of,
            },
        }
    )


@transaction.atomic
def retry_dead(target_id: int) -> int:
    """Let what was given up wait again, and lift the pause; how many."""
    Target.objects.filter(pk=target_id).update(failures=0, paused_until=None)
    again = Push.objects.filter(target_id=target_id, state="dead").update(
        state="waiting", attempts=0, next_try_at=publication.now()
    )
    _ask_for(target_id)
    return again


@transaction.atomic
def replay(target_id: int, *, since: datetime) -> int:
    """Send every event since an instant once more, under its own identifier and number; how many."""
    again = Push.objects.filter(target_id=target_id, event__recorded_at__gte=since).update(
        state="waiting", attempts=0, next_try_at=publication.now(), delivered_at=None
    )
    Target.objects.filter(pk=target_id).update(failures=0, paused_until=None)
    _ask_for(target_id)
    return again


def _ask_for(target_id: int) -> None:
    name = Target.objects.values_list("name", flat=True).get(pk=target_id)
    push.configure(lock=f"wallet.push {name}").defer(target=name)


@contextlib.contextmanager
def _alone(target: Target) -> Iterator[bool]:
    """Whether this is the only sender of a target now; the database forgets a sender that died."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('wallet.push'), %s)", [target.pk])
        (is_ours,) = cursor.fetchone()
    try:
        yield bool(is_ours)
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('wallet.push'), %s)", [target.pk])
