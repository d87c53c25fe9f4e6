"""What becomes of a result: signed by one officer, confirmed by a second, and recorded in one transaction.

On confirmation the minutes, the fact with its points, its notice and what follows for the electronic licence, and the
end of the dossier are kept together or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, TypeAlias

from django.db import transaction

from gplx import clock, crash, database
from gplx.accounts.models import User
from gplx.dossiers.states import officer
from gplx.errors import MoveNotAllowedError
from gplx.exams import actions as exams
from gplx.law import exams as exams_law
from gplx.law.sources import cite
from gplx.notices import actions as notices
from gplx.points import actions as points
from gplx.points.models import FactKind
from gplx.sittings import actions, minutes, queries
from gplx.sittings.errors import ReasonMissingError, SamePersonError
from gplx.sittings.models import Minutes, Simulation, Sitting, State

Acknowledged: TypeAlias = Literal["signed", "refused", "left"]
ACKNOWLEDGED = ("signed", "refused", "left")

FAILED_SOURCES = (str(cite("65/2024/TT-BCA", "art. 6(3)")), str(cite("65/2024/TT-BCA", "art. 6(5), 7(3)")))


@transaction.atomic
def enter_simulation(sitting_id: int, *, marks: int, by: User) -> Simulation:
    """Take over the marks of the official simulator, where the law asks for that paper.

    Raises:
        OwnSittingError
        MoveNotAllowedError: no such paper is asked for, it was entered already, or there are no such marks.

    Source:
        65/2024/TT-BCA art. 6(4), 6(5); 105/2026/TT-BCA art. 6(2).
    """
    sitting = actions.locked(sitting_id)
    actions.refuse_own(sitting, by)
    rule = minutes.needs_simulation(sitting) if sitting.state == State.SUBMITTED else None
    if rule is None or hasattr(sitting, "simulation") or not 0 <= marks <= rule.situations * rule.marks_each:
        raise MoveNotAllowedError
    return Simulation.objects.create(sitting=sitting, marks=marks, pass_mark=rule.pass_mark, by=by)


@transaction.atomic
def sign(sitting_id: int, *, acknowledged: str, remark: str = "", by: User) -> Sitting:
    """The first officer signs the result, and says whether the candidate has signed.

    Raises:
        OwnSittingError
        ReasonMissingError: the candidate did not sign, and nobody says why.
        MoveNotAllowedError: the paper is not handed in, or the simulation is not entered yet.
    """
    sitting = actions.locked(sitting_id)
    actions.refuse_own(sitting, by)
    if acknowledged not in ACKNOWLEDGED:
        raise MoveNotAllowedError
    if acknowledged != "signed" and not remark:
        raise ReasonMissingError
    if (
        sitting.state == State.SUBMITTED
        and minutes.needs_simulation(sitting) is not None
        and not hasattr(sitting, "simulation")
    ):
        raise MoveNotAllowedError
    return actions.move(sitting, "sign", by=by, said={"acknowledged": acknowledged, "remark": remark})


@transaction.atomic
def give_back(sitting_id: int, *, note: str, by: User) -> Sitting:
    """The second officer does not confirm: the first has to look again.

    Raises:
        OwnSittingError, SamePersonError, ReasonMissingError, MoveNotAllowedError
    """
    sitting = actions.locked(sitting_id)
    _refuse_first(sitting, by)
    if not note:
        raise ReasonMissingError
    return actions.move(sitting, "return", by=by, said={"note": note})


def confirm(sitting_id: int, *, by: User) -> Minutes:
    """The second officer confirms: minutes, points, notice and dossier in one transaction.

    Raises:
        OwnSittingError: the test of the one who confirms.
        SamePersonError: whoever signed first.
        MoveNotAllowedError: it is not signed, or confirmed already.

    Source:
        65/2024/TT-BCA art. 7(7), 8; 168/2024 art. 51(3).
    """
    sitting = _ready(sitting_id, by)
    made = minutes.make(sitting, confirmed_by=by)
    crash.at("result.copies")
    return _record(sitting_id, made, by)


@database.tried_again_after_deadlock
@transaction.atomic
def _record(sitting_id: int, made: minutes.Made, by: User) -> Minutes:
    sitting = actions.locked(sitting_id)
    signed_by = _refuse_first(sitting, by)
    if sitting.state != State.SIGNED or minutes.content(sitting, confirmed_by=by) != made.content:
        raise MoveNotAllowedError
    today = clock.today()
    kept = Minutes.objects.create(
        sitting=sitting,
        number=made.content["number"],
        passed=made.content["passed"],
        content=made.content,
        candidate_digest=made.copies["candidate"].digest,
        file_digest=made.copies["file"].digest,
        signed_by=signed_by,
        confirmed_by=by,
        recorded_on=today,
    )
    minutes.give_out(made)
    actions.move(sitting, "confirm", by=by)
    crash.at("result.minutes")
    outcome: Literal["passed", "failed"] = "passed" if kept.passed else "failed"
    exams.close(sitting.registration_id, outcome=outcome, on=sitting.held_on, decided_by=officer(by))
    crash.at("result.closed")
    _tell(sitting, kept)
    crash.at("result.told")
    return kept


def fact_key(number: str) -> str:
    """The natural key of the fact of a test, and of the message of a failed one."""
    return f"test:{number}"


_WITHOUT_EFFECT = {
    "test_while_points_left": {
        "vi": "theo những gì hệ thống nay biết, ngày ấy giấy phép chưa bị trừ hết điểm",
        "en": "by what the register knows now, the licence had points left on that day",
    },
    "test_too_early": {
        "vi": "theo những gì hệ thống nay biết, ngày ấy chưa đến ngày được kiểm tra",
        "en": "by what the register knows now, the day was before the first permitted day",
    },
    "test_without_certificate": {
        "vi": "ngày ấy không có giấy xác nhận không có ma túy còn giá trị",
        "en": "no certificate that finds no drugs was valid on that day",
    },
}
_OTHERWISE = {
    "vi": "các điều kiện để phục hồi điểm không còn vào ngày ấy",
    "en": "what the law asks for was not met on that day",
}


def without_effect(
    obstacles: Sequence[queries.Obstacle], part: str, on: date, unit: str, number: str
) -> dict[str, object]:
    """What a person is told whose pass gives no points back.

    Source:
        36/2024/QH15 art. 58(3); reading 15.
    """
    sources = sorted({source for one in obstacles for source in one.sources})
    return {
        "on": on.isoformat(),
        "part": part,
        "unit": unit,
        "minutes": number,
        "why": _WITHOUT_EFFECT.get(obstacles[0].code, _OTHERWISE) if obstacles else _OTHERWISE,
        "sources": sources or [str(cite("36/2024/QH15", "art. 58(3)"))],
    }


def _tell(sitting: Sitting, kept: Minutes) -> None:
    """A pass is a fact: points, notice and electronic licence follow from it. A fail changes nothing and is told.

    A pass that gives nothing back is told as well: the exhaustion was annulled, say, while the person sat.
    """
    if kept.passed:
        points.record(
            [
                points.NewFact(
                    sitting.holder_id,
                    sitting.part,
                    FactKind.TEST,
                    fact_key(kept.number),
                    sitting.held_on,
                    {"passed": True, "unit": sitting.session.unit, "minutes": kept.number},
                )
            ]
        )
        if not queries.has_effect(kept.number):
            obstacles = queries.obstacles_of(sitting.holder_id, sitting.part, on=sitting.held_on)
            said = without_effect(obstacles, sitting.part, sitting.held_on, sitting.session.unit, kept.number)
            told = notices.NewMessage(sitting.holder_id, "test_without_effect", fact_key(kept.number), said)
            notices.announce([told], recorded_on=kept.recorded_on)
        return
    content = {
        "on": sitting.held_on.isoformat(),
        "part": sitting.part,
        "unit": sitting.session.unit,
        "minutes": kept.number,
        "right": kept.content["right"],
        "asked": kept.content["asked"],
        "pass_mark": kept.content["pass_mark"],
        "why": _why(kept),
        "again_from": exams_law.retake_from(sitting.held_on)[0].isoformat(),
        "sources": list(FAILED_SOURCES),
    }
    message = notices.NewMessage(sitting.holder_id, "test_failed", fact_key(kept.number), content)
    notices.announce([message], recorded_on=kept.recorded_on)


def _why(kept: Minutes) -> dict[str, str]:
    said = kept.content
    if said["theory_passed"]:
        marks = said["simulation"]
        return {
            "vi": f"bài mô phỏng được {marks['marks']} điểm, cần đạt {marks['pass_mark']}",
            "en": f"the simulation came to {marks['marks']} marks; {marks['pass_mark']} are needed",
        }
    if said["right"] >= said["pass_mark"]:
        return {"vi": "trả lời sai câu điểm liệt", "en": "the fatal question was not answered rightly"}
    if said["fatal_right"]:
        return {"vi": "chưa đủ số câu đúng", "en": "too few answers were right"}
    return {
        "vi": "chưa đủ số câu đúng và trả lời sai câu điểm liệt",
        "en": "too few answers were right, and the fatal question was not",
    }


def _ready(sitting_id: int, by: User) -> Sitting:
    with transaction.atomic():
        sitting = actions.locked(sitting_id)
        _refuse_first(sitting, by)
    if sitting.state != State.SIGNED:
        raise MoveNotAllowedError
    return sitting


def _refuse_first(sitting: Sitting, by: User) -> User:
    """I14: two people sign. Who signed first is handed back."""
    actions.refuse_own(sitting, by)
    signing = sitting.steps.filter(name="sign").select_related("by").order_by("-id").first()
    if sitting.state != State.SIGNED or signing is None or signing.by is None:
        raise MoveNotAllowedError
    one, number = signing.by, by.citizen_number
    if one.pk == by.pk or (number != "" and one.citizen_number == number):
        raise SamePersonError
    return one
