"""Papers of a person who was looked up: the sealed statement, and letters that have not reached him."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from gplx import clock
from gplx.accounts.models import Role
from gplx.desk import looks
from gplx.desk.access import StaffRequest, staff
from gplx.desk.printing import as_pdf
from gplx.desk.views.look_up import closed
from gplx.errors import MoveNotAllowedError
from gplx.letters.pdf import PaperError
from gplx.mailroom import actions, papers, queries, statements
from gplx.mailroom import letters as texts
from gplx.mailroom.models import Letter, LetterState
from gplx.wallet.errors import KeyStoreError


@staff(Role.ROADSIDE)
def statement(request: StaffRequest, number: int) -> HttpResponse:
    """The statement of all parts as a sealed PDF, as of today."""
    look = looks.opened(request.user, number)
    if look is None:
        return closed(request)
    looks.record_once(
        request.user, look.holder.pk, what=looks.STATEMENT, purpose=look.purpose.value, reference=look.reference
    )
    today = clock.today()
    try:
        paper = statements.issue(look.holder, on=today, as_known_on=None, made_on=today)
    except (PaperError, KeyStoreError):
        return render(request, "desk/no_seal.html", status=503)
    return as_pdf(papers.content(paper), f"ban-ke-{paper.code}.pdf")


@staff(Role.ROADSIDE)
def letters(request: StaffRequest, number: int) -> HttpResponse:
    """Letters that have not reached this person, and the entry that one was handed to him."""
    look = looks.opened(request.user, number)
    if look is None:
        return closed(request)
    why = {"purpose": look.purpose.value, "reference": look.reference}
    looks.record_once(request.user, look.holder.pk, what=looks.LETTER, **why)
    open_letters = queries.of_holder(look.holder.pk)
    open_attempts = [*queries.waiting_of(look.holder.pk), *(each.attempt_id for each in open_letters)]
    too_late = False
    if request.method == "POST":
        asked = request.POST.get("attempt", "")
        try:
            done = _hand_over(request, look.holder.pk, asked, open_attempts)
        except (PaperError, KeyStoreError):
            return render(request, "desk/no_seal.html", status=503)
        if done is not None:
            return redirect("desk:person_letter_done", number, done.pk)
        too_late = True
    told = texts.told(open_attempts)
    rows = {row.attempt_id: row for row in open_letters}
    shown = [(told[each], rows.get(each)) for each in open_attempts if each in told]
    context = {"look": look, "shown": shown, "too_late": too_late}
    return render(request, "desk/person_letters.html", context, status=409 if too_late else 200)


def _hand_over(request: StaffRequest, holder_id: int, asked: str, open_attempts: list[int]) -> Letter | None:
    """The letter that was handed over, now or by the same form sent before; None when there is none to hand over."""
    attempt_id = next((each for each in open_attempts if str(each) == asked), None)
    if attempt_id is None:
        handed = Letter.objects.filter(state=LetterState.HANDED_OVER, attempt__notice__holder_id=holder_id)
        return next((each for each in handed if str(each.attempt_id) == asked), None)
    user = request.user
    try:
        return actions.hand_over(attempt_id, by=user.pk, by_citizen_number=user.citizen_number, unit=user.unit)
    except MoveNotAllowedError:
        return None


@staff(Role.ROADSIDE)
def handed_over(request: StaffRequest, number: int, letter_id: int) -> HttpResponse:
    """A letter was handed over: what is left to do on paper."""
    look = looks.opened(request.user, number)
    if look is None:
        return closed(request)
    return render(request, "desk/person_letter_done.html", {"look": look, "letter": _of(look.holder.pk, letter_id)})


@staff(Role.ROADSIDE)
def paper(request: StaffRequest, number: int, letter_id: int, which: str) -> HttpResponse:
    """The letter, or the receipt to sign, of a letter of this person."""
    look = looks.opened(request.user, number)
    if look is None:
        return closed(request)
    found = _of(look.holder.pk, letter_id)
    asked = {"thu": found.paper, "giay-nhan": found.receipt}.get(which)
    if asked is None:
        raise Http404
    why = {"purpose": look.purpose.value, "reference": look.reference}
    looks.record_once(request.user, look.holder.pk, what=looks.LETTER, **why)
    return as_pdf(papers.content(asked), f"{which}-{asked.code}.pdf")


def _of(holder_id: int, letter_id: int) -> Letter:
    found = (
        Letter.objects.filter(pk=letter_id, attempt__notice__holder_id=holder_id)
        .select_related("paper__file", "receipt__file", "attempt__notice")
        .first()
        if letter_id < 2**63
        else None
    )
    if found is None:
        raise Http404
    return found
