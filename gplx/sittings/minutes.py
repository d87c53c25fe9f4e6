"""The minutes of a sitting (Mẫu số 02): what they say, and the two sealed copies of them.

The copies are made and kept before the transaction that records the result, which names them by their digests and
gives them out: a row without its object never comes to be (F33), and the check page knows no copy of a result that was
not confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gplx import clock
from gplx.accounts.models import User
from gplx.clock import ZONE
from gplx.files.models import StoredFile
from gplx.files.queries import content as stored_content
from gplx.law import knowledge_test, provinces
from gplx.mailroom import papers
from gplx.mailroom.models import PaperKind
from gplx.mailroom.papers import Prepared
from gplx.sittings import minutes_words as words
from gplx.sittings.models import Minutes, Sitting, State

COPIES = ("candidate", "file")


@dataclass(frozen=True, slots=True)
class Made:
    """Minutes whose copies are in the store: what they say, and each copy, not given out yet."""

    content: dict[str, Any]
    copies: Mapping[str, Prepared]


def number(sitting: Sitting) -> str:
    """The number of the minutes: province, day and candidate's number; of one sitting only."""
    return f"BB-{sitting.session.province_code}-{sitting.held_on:%Y%m%d}-{sitting.number}"


def needs_simulation(sitting: Sitting) -> knowledge_test.SimulationRule | None:
    """The simulation paper this candidate still has to sit; none where the law has none, or the theory was failed.

    Source:
        65/2024/TT-BCA art. 6(4), 6(5); 105/2026/TT-BCA art. 6(2).
    """
    if not sitting.result.passed:
        return None
    return knowledge_test.simulation_rule(sitting.part, sitting.held_on)  # type: ignore[arg-type]


def passed(sitting: Sitting) -> bool:
    """Was the whole test passed: the theory, and the simulation where there is one?"""
    if needs_simulation(sitting) is None:
        return bool(sitting.result.passed)
    simulation = getattr(sitting, "simulation", None)
    return simulation is not None and simulation.passed


def content(sitting: Sitting, *, confirmed_by: User) -> dict[str, Any]:
    """What the minutes say. The sitting must be signed."""
    assert sitting.state == State.SIGNED
    signing = sitting.steps.filter(name="sign").select_related("by").order_by("-id").first()
    ending = sitting.steps.filter(name__in=("submit", "time")).order_by("-id").first()
    assert signing is not None
    assert signing.by is not None
    assert ending is not None
    result, session = sitting.result, sitting.session
    licence = sitting.holder.licences.order_by("-issue_date").first()
    simulation = getattr(sitting, "simulation", None)
    return {
        "number": number(sitting),
        "held_on": sitting.held_on.isoformat(),
        "unit": session.unit,
        "place": session.place,
        "province": _province(sitting),
        "dossier": sitting.registration.dossier.code,
        "candidate": {
            "number": sitting.number,
            "name": sitting.holder.name,
            "birth_date": sitting.holder.birth_date.isoformat(),
            "citizen_number": sitting.holder.citizen_number or "",
            "licence_number": licence.number if licence else "",
        },
        "identity_papers": [admission.identity_paper for admission in sitting.admissions.order_by("id")],
        "part": sitting.part,
        "category": sitting.category,
        "rule": sitting.rule,
        "paper_digest": sitting.paper_digest,
        "started_at": _instant(sitting.started_at),
        "submitted_at": _instant(sitting.submitted_at),
        "ended_by": ending.name,
        "adjustments": [
            {"kind": one.kind, "minutes": one.minutes, "reason": one.reason}
            for one in sitting.adjustments.order_by("id")
        ],
        "right": result.right,
        "asked": result.asked,
        "pass_mark": result.pass_mark,
        "fatal_right": result.fatal_right,
        "theory_passed": result.passed,
        "simulation": simulation and {"marks": simulation.marks, "pass_mark": simulation.pass_mark},
        "passed": passed(sitting),
        "acknowledged": signing.said.get("acknowledged", ""),
        "remark": signing.said.get("remark", ""),
        "signed_by": {"name": signing.by.display_name, "unit": signing.by.unit},
        "confirmed_by": {"name": confirmed_by.display_name, "unit": confirmed_by.unit},
    }


def make(sitting: Sitting, *, confirmed_by: User) -> Made:
    """Write, seal and keep both copies."""
    said = content(sitting, confirmed_by=confirmed_by)
    kept = {
        copy: papers.prepare(
            PaperKind.MINUTES,
            words.document(said, copy),
            on=clock.today(),
            holder_id=sitting.holder_id,
            asked_digits=said["candidate"]["licence_number"][-4:],
            check_lines=(words.CHECKED_BY,),
        )
        for copy in COPIES
    }
    return Made(said, kept)


def give_out(made: Made) -> None:
    """Let both copies count, in the transaction that records the result."""
    for copy, prepared in made.copies.items():
        papers.give_out(prepared, natural_key=f"minutes:{made.content['number']}:{copy}")


def copy_of(kept: Minutes, copy: str) -> bytes:
    """The bytes of one sealed copy.

    Raises:
        LookupError: there is no such copy.
        ObjectMissingError: the store lost it.
    """
    digest = {"candidate": kept.candidate_digest, "file": kept.file_digest}[copy]
    stored = StoredFile.objects.filter(digest=digest, holder_id=kept.sitting.holder_id).first()
    if stored is None:
        raise LookupError(copy)
    return stored_content(stored)


def _province(sitting: Sitting) -> str:
    try:
        return provinces.province(sitting.session.province_code, sitting.held_on).name_vi
    except provinces.UnknownProvinceError:
        return sitting.session.province_code


def _instant(value: Any) -> str:
    return value.astimezone(ZONE).strftime("%H:%M:%S %d/%m/%Y") if value else ""
