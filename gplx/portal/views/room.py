"""The test room on a tablet: a code, the instructions, one question a page, the result. Nobody signs in here.

The tablet proves itself by a cookie that a code of the examiner gave it; the place where the candidate stands is in the
database. All pages work without JavaScript; with it, an answer is kept as soon as it is chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django import forms
from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from gplx.errors import MoveNotAllowedError
from gplx.portal.listening import language_of_page, listening, spoken
from gplx.questions import reading
from gplx.sittings import candidate_actions as actions
from gplx.sittings import instants, papers, queries
from gplx.sittings.candidate_actions import Device
from gplx.sittings.errors import DeviceEndedError, NotInPaperError, TimeOverError, WrongCodeError
from gplx.sittings.models import Sitting, State

P = ParamSpec("P")

COOKIE = "gplx-phong-thi"
_SALT = "gplx.portal.room"
_COOKIE_HOURS = 12
RESULT_SHOWN = timedelta(minutes=15)
"""How long a tablet shows a result: the next candidate may be given the same one."""

View = Callable[Concatenate[HttpRequest, Device, Sitting, P], HttpResponse]


class CodeForm(forms.Form):
    """The candidate's number and the code, as the examiner told them."""

    number = forms.CharField(
        label=_("Số báo danh"),
        help_text=_("5 chữ số"),
        error_messages={"required": _("Nhập số báo danh.")},
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    code = forms.CharField(
        label=_("Mã vào bài"),
        help_text=_("6 chữ số, dùng một lần"),
        error_messages={"required": _("Nhập mã vào bài.")},
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


def on_tablet(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of a tablet that a sitting belongs to. A paper whose time is over is handed in before anything else."""

    @never_cache
    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        device = _device(request)
        sitting = queries.sitting_of(device.admission_id, device.secret) if device else None
        if device is None or sitting is None:
            return render(request, "portal/room/ended.html", status=403)
        if sitting.state == State.STARTED and actions.submit_if_over(sitting.pk):
            sitting.refresh_from_db()
        try:
            return view(request, device, sitting, *args, **kwargs)
        except DeviceEndedError:
            return _to_place(request, device)
        except TimeOverError:
            actions.submit_if_over(sitting.pk)
            return redirect("room:done")

    return page


@never_cache
def enter(request: HttpRequest) -> HttpResponse:
    """Type number and code. A tablet on which a test is under way leads on to it."""
    if request.method != "POST":
        device = _device(request)
        sitting = queries.sitting_of(device.admission_id, device.secret) if device else None
        if sitting is not None and sitting.state in (State.ADMITTED, State.STARTED):
            return redirect(_place(sitting))
        return render(request, "portal/room/enter.html", {"form": CodeForm()})
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            device = actions.open_device(form.cleaned_data["number"], form.cleaned_data["code"])
        except WrongCodeError:
            form.add_error(
                "code", gettext("Số báo danh hoặc mã không đúng, hoặc mã đã hết hạn. Hãy hỏi cán bộ để lấy mã mới.")
            )
        else:
            answer = redirect("room:instructions")
            _give_cookie(answer, device)
            return answer
    return render(request, "portal/room/enter.html", {"form": form}, status=422)


@on_tablet
def instructions(request: HttpRequest, device: Device, sitting: Sitting) -> HttpResponse:
    """How the test goes; the time runs once the candidate begins."""
    if request.method == "POST":
        sitting = actions.start(device)
    if sitting.state != State.ADMITTED:
        return redirect(_place(sitting))
    granted = list(sitting.adjustments.order_by("id"))
    extra = sum(one.minutes for one in granted)
    context = {"sitting": sitting, "granted": granted, "extra": extra, "minutes": sitting.rule["minutes"] + extra}
    return render(request, "portal/room/instructions.html", context)


@on_tablet
def question(request: HttpRequest, device: Device, sitting: Sitting, position: int) -> HttpResponse:
    """One question. Sending it keeps the answer and goes on; choosing alone keeps it too, where JavaScript works."""
    if sitting.state != State.STARTED or not 1 <= position <= len(sitting.versions):
        return redirect(_place(sitting))
    if request.method == "POST":
        return _answered(request, device, sitting, position)
    context = {**_running(sitting), **_shown(sitting, position)}
    if context["reads_aloud"]:
        context["listening"] = listening(request, reverse("room:listen", args=[position, "VOICE"]))
    return render(request, "portal/room/question.html", context)


@on_tablet
def listen(request: HttpRequest, device: Device, sitting: Sitting, position: int, voice: str) -> HttpResponse:
    """One question with its answers read aloud, to whom that was granted (ADR 0056)."""
    granted = sitting.adjustments.filter(kind="read_aloud").exists()
    if sitting.state != State.STARTED or not granted or not 1 <= position <= len(sitting.versions):
        raise Http404
    asked = papers.of(sitting).asked[position - 1]
    language = language_of_page()
    return spoken(request, reading.text(asked.version, language, asked.order), voice, language=language)


@on_tablet
def overview(request: HttpRequest, device: Device, sitting: Sitting) -> HttpResponse:
    """Which questions are answered, which are not, and which the candidate wants to look at again."""
    if sitting.state != State.STARTED:
        return redirect(_place(sitting))
    return render(request, "portal/room/overview.html", _running(sitting))


@on_tablet
def submit(request: HttpRequest, device: Device, sitting: Sitting) -> HttpResponse:
    """Hand in, after one more look at what is left. Twice is once."""
    if sitting.state == State.STARTED and request.method != "POST":
        return render(request, "portal/room/submit.html", _running(sitting))
    if request.method == "POST":
        try:
            sitting = actions.submit(device)
        except MoveNotAllowedError:
            return redirect(_place(sitting))
    return redirect(_place(sitting))


@on_tablet
def done(request: HttpRequest, device: Device, sitting: Sitting) -> HttpResponse:
    """The result, for a quarter of an hour or until the candidate ends it here."""
    if sitting.state in (State.ADMITTED, State.STARTED):
        return redirect(_place(sitting))
    shown = sitting.submitted_at is not None and instants.now() < sitting.submitted_at + RESULT_SHOWN
    if request.method == "POST" or not shown:
        answer = redirect("room:enter")
        answer.delete_cookie(COOKIE, path="/phong-thi")
        return answer
    moves = sitting.steps.filter(name="time").exists()
    return render(request, "portal/room/done.html", {"sitting": sitting, "result": sitting.result, "by_time": moves})


def _answered(request: HttpRequest, device: Device, sitting: Sitting, position: int) -> HttpResponse:
    choice, act = request.POST.get("choice", ""), request.POST.get("act", "next")
    try:
        if choice:
            if not (choice.isascii() and choice.isdigit() and len(choice) == 1):
                raise NotInPaperError
            actions.answer(device, position, int(choice))
        if act in ("flag", "unflag"):
            actions.flag(device, position, wanted=act == "flag")
    except NotInPaperError:
        context = {**_running(sitting), **_shown(sitting, position), "strange": True}
        return render(request, "portal/room/question.html", context, status=422)
    if request.headers.get("HX-Request") == "true":
        return render(request, "portal/room/kept.html", {**_running(sitting), "position": position})
    if act in ("flag", "unflag"):
        return redirect("room:question", position)
    if act == "overview" or position == len(sitting.versions):
        return redirect("room:overview")
    if act == "previous":
        return redirect("room:question", max(1, position - 1))
    return redirect("room:question", position + 1)


def _running(sitting: Sitting) -> dict[str, object]:
    """What each page of a test under way shows: the time that is left, and where things stand."""
    answers, flagged = queries.last_answers(sitting.pk), queries.flagged(sitting.pk)
    places = [
        {"position": number, "answered": number in answers, "flagged": number in flagged}
        for number in range(1, len(sitting.versions) + 1)
    ]
    assert sitting.deadline_at is not None
    left = max(0, int((sitting.deadline_at - instants.now()).total_seconds()))
    return {
        "sitting": sitting,
        "places": places,
        "answered_count": len(answers),
        "left_count": len(places) - len(answers),
        "flagged_count": len(flagged),
        "seconds_left": left,
        "minutes_left": left // 60,
        "rest_seconds_left": left % 60,
    }


def _shown(sitting: Sitting, position: int) -> dict[str, object]:
    """The question at a place, in the reader's language and the candidate's order of answers."""
    language = "en" if get_language() == "en" else "vi"
    asked = papers.of(sitting).asked[position - 1]
    chosen = queries.last_answers(sitting.pk).get(position)
    options = [
        {"value": place, "text": text, "chosen": place == chosen}
        for place, text in enumerate(asked.options(language), start=1)
    ]
    version = asked.version
    return {
        "position": position,
        "count": len(sitting.versions),
        "version": version,
        "text": asked.text(language),
        "options": options,
        "flagged_here": position in queries.flagged(sitting.pk),
        "reads_aloud": sitting.adjustments.filter(kind="read_aloud").exists(),
    }


def _place(sitting: Sitting) -> str:
    """Where the candidate stands: the same page after a crash of the browser or of the server."""
    if sitting.state == State.ADMITTED:
        return reverse("room:instructions")
    if sitting.state != State.STARTED:
        return reverse("room:done")
    answers = queries.last_answers(sitting.pk)
    first = next((number for number in range(1, len(sitting.versions) + 1) if number not in answers), None)
    return reverse("room:question", args=[first]) if first else reverse("room:overview")


def _to_place(request: HttpRequest, device: Device) -> HttpResponse:
    sitting = queries.sitting_of(device.admission_id, device.secret)
    if sitting is None:
        return render(request, "portal/room/ended.html", status=403)
    return redirect(_place(sitting))


def _device(request: HttpRequest) -> Device | None:
    """What the tablet's cookie says; None when it has none that we signed."""
    try:
        told = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_COOKIE_HOURS * 3600)
        return Device(int(told["admission"]), str(told["secret"]))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None


def _give_cookie(answer: HttpResponse, device: Device) -> None:
    answer.set_cookie(
        COOKIE,
        signing.dumps({"admission": device.admission_id, "secret": device.secret}, salt=_SALT),
        max_age=_COOKIE_HOURS * 3600,
        path="/phong-thi",
        secure=not settings.DEMO,
        httponly=True,
        samesite="Strict",
    )
