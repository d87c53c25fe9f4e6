"""A what-if as a list of steps that fits into an address and names nobody.

`them=168/2024:6.9.b~2026-12-01~2026-12-10` adds a decision (a code, or points such as `4` or `12d`, the d for drugs;
day of the act; day of effect), `huy=17` annuls the recorded decision behind fact 17, `tuoc=first~last` is a revocation,
`thi=day` a passed test, `giay=day` a drug-free certificate, `den=day` the day to look at. Steps become facts of the
law; the same `replay` that keeps the register says what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple
from urllib.parse import urlencode

import orjson
from django.http import QueryDict
from django.utils.translation import get_language, gettext

from gplx.law import catalogue
from gplx.law import points as law
from gplx.law.profiles import Profile
from gplx.points.models import FactKind
from gplx.points.queries import FactRow, law_fact

STEPS_MAX = 40
FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2100, 12, 31)

Kind = Literal["them", "huy", "tuoc", "thi", "giay"]
KINDS: tuple[Kind, ...] = ("them", "huy", "tuoc", "thi", "giay")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_POINTS = re.compile(r"(\d{1,2})(d?)", re.ASCII)


class Step(NamedTuple):
    """One step as it stands in the address."""

    kind: Kind
    value: str


class StepFault(ValueError):
    """A step cannot be read; the message is for the page."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Steps that are assumed, and the day to look at (None: the last day named, or today)."""

    steps: tuple[Step, ...] = ()
    until: date | None = None

    def adding(self, kind: Kind, value: str) -> Scenario:
        step = Step(kind, value)
        return self if step in self.steps and kind == "huy" else replace(self, steps=(*self.steps, step))

    def without(self, index: int) -> Scenario:
        return replace(self, steps=self.steps[:index] + self.steps[index + 1 :])

    def query(self, **more: str) -> str:
        pairs: list[tuple[str, str]] = [*more.items(), *self.steps]
        if self.until:
            pairs.append(("den", self.until.isoformat()))
        return urlencode(pairs, safe="/:~")

    def last_day(self) -> date | None:
        """The last day that any step names."""
        return max((_day(text) for step in self.steps for text in _DAY.findall(step.value)), default=None)


def read(query: QueryDict, profile: Profile) -> tuple[Scenario, bool]:
    """The scenario of an address, and whether all of it could be read; what cannot be read is left out."""
    steps: list[Step] = []
    all_read = True
    for kind in KINDS:
        for value in query.getlist(kind):
            try:
                if len(steps) >= STEPS_MAX:
                    raise StepFault
                step = Step(kind, value)
                if kind == "huy":
                    _fact_id(step)
                else:
                    list(_facts(step, profile, 0))
                steps.append(step)
            except StepFault:
                all_read = False
    until = None
    if query.get("den"):
        try:
            until = _day(str(query["den"]))
        except StepFault:
            all_read = False
    return Scenario(tuple(steps), until), all_read


def assumed(scenario: Scenario, rows: Iterable[FactRow], profile: Profile) -> list[law.Fact]:
    """The facts of an account with the scenario's steps among them, ready for `law.points.replay`."""
    rows = list(rows)
    facts = [law_fact(row, profile) for row in rows]
    decisions = {row.id: row for row in rows if row.kind == FactKind.DECISION}
    for index, step in enumerate(scenario.steps):
        if step.kind == "huy":
            row = decisions.get(_fact_id(step))
            if row is not None:
                facts.append(law.Annulment(row.decision_key, row.recorded_on))
        else:
            facts += _facts(step, profile, index)
    return facts


def as_steps(rows: Sequence[FactRow]) -> list[Step]:
    """The facts of an account as steps without numbers, authorities or names: what a shared address holds."""
    annulled = {row.decision_key for row in rows if row.kind == FactKind.ANNULMENT}
    withdrawn = {orjson.loads(row.content)["certificate"] for row in rows if row.kind == FactKind.CERTIFICATE_WITHDRAWN}
    steps: list[Step] = []
    for row in rows:
        if row.decision_key and row.decision_key in annulled:
            continue
        if row.kind == FactKind.DRUG_FREE_CERTIFICATE and orjson.loads(row.content).get("certificate") in withdrawn:
            continue
        steps += _as_steps(row)
    return steps


def without_annulled(rows: Sequence[FactRow], scenario: Scenario) -> list[FactRow]:
    """The facts that are left when the scenario's annulments are taken as made."""
    annulled = {_fact_id(step) for step in scenario.steps if step.kind == "huy"}
    keys = {row.decision_key for row in rows if row.id in annulled}
    return [row for row in rows if not row.decision_key or row.decision_key not in keys]


def _as_steps(row: FactRow) -> Iterator[Step]:
    content = orjson.loads(row.content)
    day = row.counts_on.isoformat()
    if row.kind == FactKind.DECISION:
        what = "+".join(
            stated.get("code") or f"{stated['points']}{'d' if stated.get('drug') else ''}"
            for stated in content["offences"]
        )
        yield Step("them", f"{what}~{content['acted_on']}~{day}")
    elif row.kind == FactKind.REVOCATION:
        yield Step("tuoc", f"{day}~{content['to']}")
    elif row.kind == FactKind.DRUG_FREE_CERTIFICATE:
        yield Step("giay", day)
    elif row.kind == FactKind.TEST and content["passed"]:
        yield Step("thi", day)


def _facts(step: Step, profile: Profile, index: int) -> Iterator[law.Fact]:
    parts = step.value.split("~")
    if step.kind == "them" and len(parts) == 3:
        acted_on, effective_on = _day(parts[1]), _day(parts[2])
        if effective_on < acted_on:
            raise StepFault(gettext("Ngày có hiệu lực không thể trước ngày vi phạm."))
        offences = tuple(_offence(what, acted_on, profile) for what in parts[0].split("+")[:10])
        # The sign sorts after every real number of the same day, and no authority writes it.
        yield law.Decision(f"~{index}", acted_on, effective_on, offences, effective_on)
    elif step.kind == "tuoc" and len(parts) == 2:
        first, last = _day(parts[0]), _day(parts[1])
        if last < first:
            raise StepFault
        yield law.Revocation(first, last, first)
    elif step.kind == "thi" and len(parts) == 1:
        yield law.KnowledgeTest(_day(parts[0]), True, _day(parts[0]))
    elif step.kind == "giay" and len(parts) == 1:
        yield law.DrugFreeCertificate(_day(parts[0]), _day(parts[0]))
    else:
        raise StepFault


def _offence(what: str, acted_on: date, profile: Profile) -> law.Offence:
    stated = _POINTS.fullmatch(what)
    if stated:
        points = int(stated[1])
        if points not in profile.stated_points:
            raise StepFault(gettext("Số điểm này không có trong văn bản áp dụng."))
        return law.Offence(points, bool(stated[2]), None, profile.stated_points_source)
    try:
        row = catalogue.offence(what, acted_on)
    except catalogue.UnknownCodeError:
        raise StepFault(gettext("Không có hành vi này trong danh mục.")) from None
    except catalogue.CodeNotInForceError as error:
        raise StepFault(
            gettext("Hành vi này chỉ bị trừ điểm từ ngày %(day)s.") % {"day": error.first_day.strftime("%d/%m/%Y")}
        ) from None
    if not catalogue.is_of_profile(what, profile.id):
        raise StepFault(gettext("Không có hành vi này trong danh mục."))
    return law.Offence(row.points, row.drug, row.code, row.source)


def check(step: Step, profile: Profile) -> None:
    """Raise StepFault with a sentence for the page when a step cannot be assumed."""
    list(_facts(step, profile, 0))


def said(step: Step, profile: Profile, numbers: dict[int, str]) -> str:
    """A step in words."""
    if step.kind == "huy":
        return gettext("Hủy quyết định số %(number)s") % {"number": numbers.get(_fact_id(step), "?")}
    fact = next(_facts(step, profile, 0))
    match fact:
        case law.Decision():
            heaviest = law.heaviest(fact.offences)
            what = gettext("trừ %(points)s điểm") % {"points": heaviest.points}
            if heaviest.code:
                row = catalogue.offence(heaviest.code, fact.acted_on)
                text = row.summary_en if get_language() == "en" and row.summary_en else row.summary_vi
                what = f"{text} ({what})"
            elif heaviest.drug:
                what = gettext("ma túy, %(what)s") % {"what": what}
            return gettext("Vi phạm ngày %(acted)s, quyết định có hiệu lực ngày %(day)s: %(what)s") % {
                "acted": fact.acted_on.strftime("%d/%m/%Y"),
                "day": fact.effective_on.strftime("%d/%m/%Y"),
                "what": what,
            }
        case law.Revocation():
            return gettext("Bị tước quyền sử dụng từ %(first)s đến hết %(last)s") % {
                "first": fact.first_day.strftime("%d/%m/%Y"),
                "last": fact.last_day.strftime("%d/%m/%Y"),
            }
        case law.KnowledgeTest():
            return gettext("Đạt kỳ kiểm tra ngày %(day)s") % {"day": fact.on.strftime("%d/%m/%Y")}
        case law.DrugFreeCertificate():
            return gettext("Có giấy khám kết luận không có ma túy ngày %(day)s") % {
                "day": fact.concluded_on.strftime("%d/%m/%Y")
            }
    raise AssertionError(step)


def _fact_id(step: Step) -> int:
    if not step.value.isascii() or not step.value.isdigit() or len(step.value) > 18:
        raise StepFault
    return int(step.value)


def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise StepFault
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise StepFault from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise StepFault(gettext("Ngày này quá xa."))
    return day
