"""The only writers of batches and letters: take, make, post, enter what came of a letter, hand over.

A letter is in one batch, a batch is posted once, and each move of a letter leaves a row and tells `notices` what became
of the attempt, in the same transaction. Papers are made by a worker in small steps: one that is killed leaves made
papers behind, and the next goes on from there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from gplx import clock, crash
from gplx.errors import MoveNotAllowedError, RegisterError
from gplx.files import actions as files
from gplx.files.models import StoredFile
from gplx.letters import pdf
from gplx.licences.models import Holder
from gplx.licences.own import is_own
from gplx.mailroom import documents, letters, papers, queries
from gplx.mailroom.models import Batch, BatchState, Letter, LetterMove, LetterState, Paper, PaperKind, ReturnReason
from gplx.mailroom.states import MOVES
from gplx.notices import actions as notices

BATCH_MAX = 300
"""More letters than that are several batches: so many fit one carrier's box and one look at the receipt."""
STEP = 10
STANDSTILL = timedelta(minutes=2)
TRIES_MAX = 5
"""So often a batch that gets no further is taken up again; then a person has to look."""


class NothingWaitsError(RegisterError):
    """No letter of this province waits: a colleague may have taken them already."""


class OwnLetterError(RegisterError):
    """This letter is your own: ask a colleague to hand it over."""


_TAKE = f"""
    SELECT attempt.id {queries.UNTAKEN} AND holder.province_code = %(province_code)s
    ORDER BY attempt.id LIMIT %(limit)s
"""
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('mailroom.take'))"
"""Who takes letters or hands one over waits here for the other, so that each letter is taken once."""


@transaction.atomic
def make_batch(draft: UUID, *, province_code: str, by: int, limit: int = BATCH_MAX) -> Batch:
    """Take the waiting letters of a province, oldest first, and have them made. The same draft is the same batch.

    Raises:
        NothingWaitsError: as it says.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
        found = Batch.objects.filter(draft=draft).first()
        if found is not None:
            return found
        cursor.execute(_TAKE, {"province_code": province_code, "limit": min(limit, BATCH_MAX)})
        attempt_ids = [row[0] for row in cursor.fetchall()]
    if not attempt_ids:
        raise NothingWaitsError
    today = clock.today()
    batch = Batch.objects.create(
        draft=draft, province_code=province_code, letters_total=len(attempt_ids), made_by=by, made_on=today
    )
    made = Letter.objects.bulk_create(
        Letter(attempt_id=attempt_id, batch=batch, sequence=number, state=LetterState.IN_BATCH, moved_on=today)
        for number, attempt_id in enumerate(attempt_ids, 1)
    )
    LetterMove.objects.bulk_create(
        LetterMove(letter=letter, name="take", of="", to=letter.state, by=by, said={"batch": batch.pk}, on=today)
        for letter in made
    )
    from gplx.mailroom.tasks import make

    make.defer(batch_id=batch.pk)
    return batch


def make(batch_id: int) -> None:
    """Make the papers of a batch and the file to print. Safe to run twice, also at the same time (F06)."""
    batch = Batch.objects.filter(pk=batch_id, state=BatchState.MAKING).first()
    if batch is None:
        return
    everything = list(batch.letters.order_by("sequence"))
    told = letters.told([letter.attempt_id for letter in everything])
    for first in range(0, len(everything), STEP):
        step = [letter for letter in everything[first : first + STEP] if letter.paper_id is None]
        for letter in step:
            letter.paper = _paper(told[letter.attempt_id], batch)
        with transaction.atomic():
            for letter in step:
                Letter.objects.filter(pk=letter.pk, paper=None).update(paper=letter.paper)
            done = Letter.objects.filter(batch_id=batch_id, paper__isnull=False).count()
            Batch.objects.filter(pk=batch_id, state=BatchState.MAKING).update(
                letters_done=done, touched_at=Now(), tries=0
            )
        crash.at("batch.step")
    printed, pages = _print_file(batch, everything, told)
    Batch.objects.filter(pk=batch_id, state=BatchState.MAKING).update(
        state=BatchState.READY, print_file=printed, pages=pages, touched_at=Now()
    )


def _paper(told: letters.Told, batch: Batch | None) -> Paper:
    """The sealed letter of one attempt; made once."""
    return papers.issue(
        PaperKind.LETTER,
        letters.data(told),
        natural_key=f"letter:{told.attempt_id}",
        on=batch.made_on if batch else clock.today(),
        holder_id=told.holder_id,
        asked_digits=told.licence_number[-4:],
        check_lines=letters.CHECK_LINES,
    )


def _print_file(batch: Batch, everything: Sequence[Letter], told: Mapping[int, letters.Told]) -> tuple[StoredFile, int]:
    shown = []
    for letter in everything:
        paper = Paper.objects.get(letter=letter) if letter.paper is None else letter.paper
        place = f"Lô {batch.pk} · thư {letter.sequence}/{batch.letters_total}"
        data = letters.data(told[letter.attempt_id])
        check = papers.check_of(paper.code, letters.CHECK_LINES)
        shown.append({**data, "check": check, "foot": f"{place} · {data['foot']}"})
    cover = documents.cover(batch, sum(letter.paper.pages for letter in everything if letter.paper))
    made = pdf.render("batch", {"title": cover["title"], "cover": cover, "letters": shown}, on=batch.made_on)
    return files.keep_made(made), papers.page_count(made)


def resume() -> None:
    """Take up batches whose worker was killed (F03)."""
    from gplx.mailroom.tasks import make as job

    stuck = Batch.objects.filter(
        state=BatchState.MAKING, touched_at__lt=Now() - STANDSTILL, tries__lt=TRIES_MAX
    ).values_list("pk", flat=True)
    for batch_id in list(stuck):
        with transaction.atomic():
            if Batch.objects.filter(pk=batch_id, touched_at__lt=Now() - STANDSTILL).update(
                touched_at=Now(), tries=F("tries") + 1
            ):
                job.defer(batch_id=batch_id)


@transaction.atomic
def post(batch_id: int, *, carrier: str, carrier_receipt: str, by: int) -> Batch:
    """Note that a batch was given to a carrier; each letter in it is on its way. A batch is posted once.

    Letters that were handed over meanwhile stay as they are.

    Raises:
        MoveNotAllowedError: it is not ready, or was posted already.
    """
    batch = Batch.objects.select_for_update(no_key=True).get(pk=batch_id)
    if batch.state != BatchState.READY:
        raise MoveNotAllowedError
    today = clock.today()
    batch.state, batch.posted_on, batch.posted_by = BatchState.POSTED, today, by
    batch.carrier, batch.carrier_receipt = carrier, carrier_receipt
    batch.save(update_fields=["state", "posted_on", "posted_by", "carrier", "carrier_receipt"])
    for letter in batch.letters.filter(state=LetterState.IN_BATCH).select_related("paper").order_by("sequence"):
        said = {"carrier": carrier, "carrier_receipt": carrier_receipt, "batch": batch.pk}
        _move(letter, "post", by=by, said=said)
    return batch


def receipt_of(batch: Batch) -> Paper:
    """The receipt for a carrier: codes without names, two lines to sign. Made once.

    Raises:
        MoveNotAllowedError: the batch was not posted.
    """
    if batch.state != BatchState.POSTED or batch.posted_on is None:
        raise MoveNotAllowedError
    posted = batch.letters.filter(moves__name="post").select_related("paper").order_by("sequence").distinct()
    return papers.issue(
        PaperKind.HAND_OVER,
        documents.hand_over(batch, list(posted)),
        natural_key=f"batch:{batch.pk}:hand-over",
        on=batch.posted_on,
    )


@transaction.atomic
def enter(letter_id: int, name: str, *, by: int, said: Mapping[str, Any], reason: str = "") -> Letter:
    """Enter what the carrier says of a posted letter: delivered or returned. Entered again, nothing changes.

    A letter that came back is an open task from the same day: contacts known by now are tried, and it waits to be
    handed over (`queries.returned`).

    Args:
        name: "deliver" or "return".
        said: by whom and how, without the person's data.
        reason: one of `ReturnReason`, for a return.

    Raises:
        MoveNotAllowedError: the letter is not on its way.
        ValueError: no such entry, or no such reason.
    """
    if name not in ("deliver", "return") or (name == "return") != (reason in ReturnReason.values):
        raise ValueError("There is no such entry.")
    letter = Letter.objects.select_for_update(no_key=True).get(pk=letter_id)
    if letter.state == MOVES[name].to and letter.return_reason == reason:
        return letter
    return _move(letter, name, by=by, said={**said, **({"reason": reason} if reason else {})}, return_reason=reason)


@transaction.atomic
def hand_over(attempt_id: int, *, by: int, by_citizen_number: str, unit: str) -> Letter:
    """Note that a letter was handed to the person himself, and make the receipt he signs. Once.

    Raises:
        MoveNotAllowedError: it reached him already, or there is no letter for this attempt.
        OwnLetterError: as it says.
    """
    told = letters.told([attempt_id]).get(attempt_id)
    if told is None:
        raise MoveNotAllowedError
    if is_own(by_citizen_number, Holder.objects.get(pk=told.holder_id)):
        raise OwnLetterError
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
    letter = Letter.objects.select_for_update(no_key=True).filter(attempt_id=attempt_id).first()
    paper = letter.paper if letter and letter.paper else _paper(told, letter.batch if letter else None)
    if letter is None:
        letter = Letter(attempt_id=attempt_id, state="", moved_on=clock.today())
    if letter.state not in MOVES["hand_over"].of:
        raise MoveNotAllowedError
    receipt = papers.issue(
        PaperKind.RECEIPT,
        documents.receipt(told, paper, unit),
        natural_key=f"letter:{attempt_id}:receipt",
        on=clock.today(),
        holder_id=told.holder_id,
    )
    return _move(letter, "hand_over", by=by, said={"by": "hand", "unit": unit}, paper=paper, receipt=receipt)


def _move(letter: Letter, name: str, *, by: int, said: Mapping[str, Any], **more: Any) -> Letter:
    """The only place where the state of a letter changes."""
    move = MOVES[name]
    if letter.state not in move.of:
        raise MoveNotAllowedError
    was, letter.state, letter.moved_on = letter.state, move.to, clock.today()
    for field, value in more.items():
        setattr(letter, field, value)
    letter.save()
    LetterMove.objects.create(
        letter=letter, name=name, of=was, to=letter.state, by=by, said=dict(said), on=letter.moved_on
    )
    if move.outcome is not None:
        code = letter.paper.code if letter.paper else ""
        notices.report(letter.attempt_id, move.outcome, {**said, "letter": code})
    return letter
