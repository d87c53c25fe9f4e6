"""What the pages about the knowledge test show: conditions in words, the wait as a bar, sessions to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.http import Http404
from django.utils.translation import gettext_lazy

from gplx import clock
from gplx.dossiers import clock as dossier_clock
from gplx.dossiers import queries as dossiers
from gplx.dossiers.models import Move, State
from gplx.exams import eligibility, queries, words
from gplx.exams.models import Registration, Session
from gplx.exams.queries import Offered
from gplx.law.exams import Condition
from gplx.law.provinces import Province, UnknownProvinceError, successor
from gplx.law.working_days import DayInfo
from gplx.licences.models import Holder, Part
from gplx.notices.wording import Said
from gplx.portal.citations import chosen

OFFERED_MAX = 24
BAR_WIDTH = 560

WEEKDAYS = (
    gettext_lazy("Thứ Hai"),
    gettext_lazy("Thứ Ba"),
    gettext_lazy("Thứ Tư"),
    gettext_lazy("Thứ Năm"),
    gettext_lazy("Thứ Sáu"),
    gettext_lazy("Thứ Bảy"),
    gettext_lazy("Chủ Nhật"),
)
STATES = {
    State.REGISTERED: (gettext_lazy("Đã nộp, chờ cán bộ trả lời"), "blue"),
    State.RECEIVED: (gettext_lazy("Đã tiếp nhận"), "green"),
    State.SUPPLEMENT: (gettext_lazy("Cần bổ sung"), "orange"),
    State.IN_PROCESS: (gettext_lazy("Đang kiểm tra"), "blue"),
    State.REFUSED: (gettext_lazy("Không được tiếp nhận"), "red"),
    State.WITHDRAWN: (gettext_lazy("Đã rút"), "grey"),
    State.STOPPED: (gettext_lazy("Đã dừng"), "grey"),
    State.FINISHED: (gettext_lazy("Đã có kết quả"), "green"),
    State.RETURNED: (gettext_lazy("Đã trả kết quả"), "green"),
}
MOVES = {
    "submit": gettext_lazy("Nộp hồ sơ"),
    "accept": gettext_lazy("Tiếp nhận"),
    "ask_supplement": gettext_lazy("Yêu cầu bổ sung"),
    "supplement": gettext_lazy("Bổ sung hồ sơ"),
    "refuse": gettext_lazy("Không tiếp nhận"),
    "withdraw": gettext_lazy("Rút hồ sơ"),
    "admit": gettext_lazy("Vào phòng kiểm tra"),
    "stop": gettext_lazy("Dừng hồ sơ"),
    "finish": gettext_lazy("Có kết quả"),
    "hand_over": gettext_lazy("Trả kết quả"),
}
ACTORS = {
    "applicant": gettext_lazy("bạn"),
    "officer": gettext_lazy("cán bộ"),
    "client": gettext_lazy("hệ thống được ủy quyền"),
    "test_system": gettext_lazy("hệ thống kiểm tra"),
    "rule": gettext_lazy("sổ đăng ký, theo quy tắc"),
}
OUTCOMES = {
    "passed": gettext_lazy("Đạt: có lại đủ điểm"),
    "failed": gettext_lazy("Không đạt"),
    "absent": gettext_lazy("Vắng mặt"),
}


class ConditionShown(NamedTuple):
    """One condition as the page says it."""

    state: str
    blocks: bool
    name: str
    text: str
    remedy: str
    article: str


def shown(conditions: Sequence[Condition]) -> list[ConditionShown]:
    """Conditions in the reader's language."""
    found = []
    for condition in conditions:
        said = words.said(condition)
        found.append(
            ConditionShown(
                condition.state,
                condition.blocks,
                chosen(said.name),
                chosen(said.text),
                chosen(said.remedy),
                chosen(said.article),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Bar:
    """A wait drawn as a bar: how much of it has passed.

    Attributes:
        passed: in days, of `whole`.
        width: of the passed stretch, of BAR_WIDTH.
    """

    first: date
    last: date
    passed: int
    whole: int

    @property
    def width(self) -> int:
        return round(BAR_WIDTH * self.passed / self.whole)

    @property
    def left(self) -> int:
        return self.whole - self.passed

    @property
    def full_width(self) -> int:
        return BAR_WIDTH


def bar(first: date, last: date | None, today: date) -> Bar | None:
    """The wait from one day to another; None where it has no end in the calendar."""
    if last is None or last <= first:
        return None
    whole = (last - first).days
    return Bar(first, last, min(max(0, (today - first).days), whole), whole)


def part_or_404(part: str) -> str:
    """A part of a licence from an address."""
    if part not in Part.values:
        raise Http404
    return part


def province_of(holder: Holder, today: date) -> Province | None:
    """The person's province as it is today, also where his record names one that was merged."""
    try:
        return successor(holder.province_code, today)
    except UnknownProvinceError:
        return None


def offers(holder: Holder, first: date | None, *, is_all: bool, but: int | None = None) -> list[Offered]:
    """Sessions this person may choose, his own province first."""
    today = clock.today()
    province = province_of(holder, today)
    return queries.offered(
        today=today, first=first, province_code=province.code if province else "", is_all=is_all, but=but
    )[:OFFERED_MAX]


def may_choose(holder: Holder, session_id: int | None, first: date | None) -> Session | None:
    """A session by its number, if it may still be chosen for a test on or after a day."""
    session = Session.objects.filter(pk=session_id).first() if session_id else None
    if session is None or not queries.is_open(session, clock.today()) or (first and session.on < first):
        return None
    return session if queries.taken([session.pk])[session.pk] < session.capacity else None


@dataclass(frozen=True, slots=True)
class DossierShown:
    """A registration with the history of its dossier.

    Attributes:
        days: why the office answers by this day: each day that was passed over.
    """

    registration: Registration
    moves: Sequence[Move]
    due: dossier_clock.Due | None
    today: date

    @property
    def waits(self) -> bool:
        return self.registration.dossier.state == State.REGISTERED

    @property
    def asked_for(self) -> str:
        """What the office asked to be added, while it waits for it."""
        if self.registration.dossier.state != State.SUPPLEMENT:
            return ""
        return next((move.reason for move in reversed(self.moves) if move.name == "ask_supplement"), "")

    @property
    def refused_because(self) -> str:
        return next((move.reason for move in reversed(self.moves) if move.name in ("refuse", "stop")), "")

    @property
    def refused_on(self) -> list[str]:
        """The articles of a refusal or a stop."""
        last = next((move for move in reversed(self.moves) if move.name in ("refuse", "stop")), None)
        found = [source for finding in (last.findings if last else []) for source in finding["sources"]]
        return list(dict.fromkeys(found))

    @property
    def may_withdraw(self) -> bool:
        return self.registration.dossier.state in (State.REGISTERED, State.SUPPLEMENT, State.RECEIVED)

    @property
    def may_change(self) -> bool:
        session = self.registration.session
        return self.may_withdraw and (session is None or session.cancelled_at is not None or session.on > self.today)

    @property
    def days(self) -> Sequence[DayInfo]:
        return self.due.counted.days if self.due else ()


def dossier(registration: Registration) -> DossierShown:
    """A registration as its page shows it."""
    today = clock.today()
    moves = dossiers.moves_of([registration.dossier_id])[registration.dossier_id]
    return DossierShown(registration, moves, dossier_clock.due(registration.dossier, moves, today=today), today)


def standing(holder: Holder, part: str, session: Session | None = None, certificate: str = "") -> eligibility.Standing:
    """How a person stands for the test today, or for one session."""
    return eligibility.look(holder, part, session_on=session.on if session else None, certificate=certificate)


def day_name(info: DayInfo) -> str:
    """Why a day does not count; empty for an ordinary one."""
    return chosen(Said(info.name_vi, info.name_en))
