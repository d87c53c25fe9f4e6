"""When the result of an exchange is due, and why on that day.

The limit counts working days from the complete dossier. A request for a supplement stops the clock; with the completed
dossier the limit begins anew and in full (ADR 0067).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from gplx.law import working_days
from gplx.law.exchange_dossier import LimitCode, RuleSet, RuleSetId
from gplx.law.exchange_rules import rule_set
from gplx.law.periods import Mark
from gplx.law.sources import Citation, cite
from gplx.law.working_days import Moment

EventCode: TypeAlias = Literal["complete", "supplement_asked"]
StepCode: TypeAlias = Literal["filed", "received", "complete", "supplement_asked", "restarted", "not_counted", "due"]

_ADR = cite("ADR", "0067")
_WORDS: dict[StepCode, tuple[str, str]] = {
    "filed": ("Nộp hồ sơ", "filed"),
    "received": ("Tính là ngày tiếp nhận: ngày làm việc đầu tiên", "counts as received: the first working day"),
    "complete": ("Hồ sơ hợp lệ, đầy đủ; ngày này không tính", "the dossier is complete; this day is not counted"),
    "supplement_asked": ("Yêu cầu bổ sung; ngừng tính thời hạn", "supplement requested; the clock stops"),
    "restarted": ("Đã bổ sung đủ; thời hạn tính lại từ đầu", "supplemented; the limit begins anew"),
    "not_counted": ("Không tính", "not counted"),
    "due": ("Hết thời hạn", "due"),
}
_NOT_COUNTED = {"weekly_rest": ("ngày nghỉ hằng tuần", "weekly rest")}
_HALF = {"morning": ("hết buổi sáng", "by noon"), "afternoon": ("hết ngày", "by the end of the day")}


class NoLimitError(LookupError):
    """These rules set no such limit."""


class Event(NamedTuple):
    """Something that moves the clock of a dossier, on the day it happened."""

    code: EventCode
    on: date


class Step(NamedTuple):
    """One line of the answer to "why this date?"."""

    day: date
    code: StepCode
    says_vi: str
    says_en: str
    source: Citation


@dataclass(frozen=True, slots=True)
class Due:
    """When a dossier is due, and the steps that lead there, in the order in which they happened.

    Attributes:
        end: the last half day; None while the clock stands.
        rules: of the day on which the dossier was complete; None while it is not.
        is_announced: False where a day off that is not announced yet may still move the date.
        mark: how well the length of the limit is known.
    """

    end: Moment | None
    steps: tuple[Step, ...]
    rules: RuleSet | None
    is_announced: bool = True
    mark: Mark | None = None


def due(
    filed_on: date,
    events: Sequence[Event],
    *,
    limit: Literal["forward", "electronic", "result"] = "result",
    after_hours: bool = False,
    override: RuleSetId | None = None,
) -> Due:
    """When a dossier is due.

    Args:
        events: in any order; on one day in the order given. To be complete again without a request changes nothing.
        after_hours: it was filed after the office closed, and the installation counts that as the next day.
        override: the rules that an officer named, as for `rule_set`.

    Raises:
        NoLimitError: the rules of the day set no such limit.
        ValueError: an event before the day of filing.

    Source:
        12/2017/TT-BGTVT art. 37(8)(a); 35/2024/TT-BGTVT art. 36(3); 12/2025/TT-BCA art. 21(3)(c);
        91/2015/QH13 art. 147-148; ADR 0047, 0063, 0067.
    """
    happened = sorted(events, key=lambda event: event.on)
    if happened and happened[0].on < filed_on:
        raise ValueError(f"{happened[0].code} on {happened[0].on.isoformat()}, filed on {filed_on.isoformat()}")
    received_on = received(filed_on, after_hours=after_hours)
    steps, complete_on, was_asked = _receipt(filed_on, received_on), None, False
    for event in happened:
        if event.code == "supplement_asked":
            steps.append(_step(event.on, "supplement_asked", _ADR))
            complete_on, was_asked = None, True
        elif complete_on is None:
            # Not before the office counts it as received.
            complete_on = max(received(event.on), received_on)
            steps.append(_step(complete_on, "restarted" if was_asked else "complete", _ADR))
    if complete_on is None:
        return Due(None, tuple(steps), None)
    return _counted(complete_on, rule_set(complete_on, override=override), limit, steps)


def supplement_due(filed_on: date, *, after_hours: bool = False) -> Due:
    """By when an office tells what is missing in a dossier, counted from its receipt.

    Raises:
        NoLimitError: the rules of the day set no such limit.

    Source:
        5/2024/TT-BGTVT on art. 37(8); 35/2024/TT-BGTVT art. 36(3); 12/2025/TT-BCA art. 21(3)(b); ADR 0047.
    """
    received_on = received(filed_on, after_hours=after_hours)
    return _counted(received_on, rule_set(received_on), "supplement", _receipt(filed_on, received_on))


def received(filed_on: date, *, after_hours: bool = False) -> date:
    """The day on which an office counts something as received: a working day, the next one when filed after hours.

    Source:
        ADR 0047 (common practice; no text read says so).
    """
    day = date.fromordinal(filed_on.toordinal() + after_hours)
    return working_days.next_working_day(day, provisional=True)


def _receipt(filed_on: date, received_on: date) -> list[Step]:
    steps = [_step(filed_on, "filed", _ADR)]
    if received_on != filed_on:
        steps.append(_step(received_on, "received", cite("ADR", "0047")))
    return steps


def _counted(anchor: date, rules: RuleSet, limit: LimitCode, before: Sequence[Step]) -> Due:
    """The limit counted from a day, after the steps that led to it."""
    found = rules.limit(limit)
    if found is None:
        raise NoLimitError(f"{rules.id} sets no limit {limit!r}")
    counted = working_days.add_half_days(anchor, found.half_days, provisional=True)
    (vi, en), (half_vi, half_en) = _WORDS["due"], _HALF[counted.end.half]
    days = f"{found.half_days / 2:g}"
    last = Step(
        counted.last_day,
        "due",
        f"{vi} {days.replace('.', ',')} ngày làm việc: {half_vi}",
        f"{en} after {days} working days: {half_en}",
        found.source,
    )
    steps = (*before, *_passed(counted.days), last)
    return Due(counted.end, steps, rules, counted.is_announced, found.mark)


def _passed(days: Sequence[working_days.DayInfo]) -> Iterator[Step]:
    """The days that do not count, each with its name."""
    vi, en = _WORDS["not_counted"]
    for day in days:
        if not day.is_working:
            name_vi, name_en = _NOT_COUNTED.get(day.kind, (day.name_vi, day.name_en))
            yield Step(day.day, "not_counted", f"{vi}: {name_vi}", f"{en}: {name_en}", day.source)


def _step(day: date, code: StepCode, source: Citation) -> Step:
    return Step(day, code, *_WORDS[code], source)
