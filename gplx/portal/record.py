"""The points record of the signed-in person as his pages show it: per part of the licence, in words.

Everything is computed by `law.points.replay` from the facts; nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.translation import get_language, gettext, gettext_lazy

from gplx.law import catalogue
from gplx.law import points as law
from gplx.law.profiles import (
    DRUG_FREE_CERTIFICATE_MONTHS,
    FULL_BALANCE_POINTS,
    POINTS_SYSTEM_FIRST_DAY,
    PROFILES,
    RESTORATION_MONTHS,
    Profile,
)
from gplx.licences.models import Entitlement, Holder, Licence, LicenceStatus, Part
from gplx.licences.queries import parts_of
from gplx.notices.wording import GROUNDS
from gplx.points.models import Account, Entry, EntryKind, FactKind
from gplx.points.queries import FactRow, facts_of, installed_profile, law_fact, not_comparable
from gplx.portal.citations import article_of, chosen, spoken
from gplx.sanctions.models import Decision

FULL = FULL_BALANCE_POINTS.on(POINTS_SYSTEM_FIRST_DAY)

PART_NAMES = {Part.CAR.value: gettext_lazy("Phần ô tô"), Part.MOTORCYCLE.value: gettext_lazy("Phần mô tô, xe máy")}
VEHICLES = {Part.CAR.value: gettext_lazy("ô tô"), Part.MOTORCYCLE.value: gettext_lazy("mô tô, xe máy")}
FINDINGS = {
    "act_before_points_system": gettext_lazy("Hành vi trước ngày 01/01/2025 nên không bị trừ điểm."),
    "test_while_points_left": gettext_lazy("Kết quả kiểm tra không có tác dụng vì lúc đó giấy phép vẫn còn điểm."),
    "test_too_early": gettext_lazy("Kết quả kiểm tra không có tác dụng vì kiểm tra trước ngày được phép."),
    "test_without_certificate": gettext_lazy(
        "Kết quả kiểm tra không có tác dụng vì thiếu giấy khám sức khỏe kết luận không có ma túy còn giá trị."
    ),
}


class Act(NamedTuple):
    """One offence of a decision in plain words. `counts`: it is the one whose points were taken (reading 8)."""

    text: str
    place: str
    points: int
    drug: bool
    counts: bool


class DecisionShown(NamedTuple):
    """A decision as the driver knows it from the paper in his hand."""

    number: str
    authority: str
    acted_on: date
    effective_on: date
    recorded_on: date | None
    place: str
    acts: Sequence[Act]

    @property
    def counted(self) -> Act | None:
        return next((act for act in self.acts if act.counts), None)


class LineShown(NamedTuple):
    """One line: what happened, the points, what was left. A struck line was stated once and is void now."""

    on: date
    kind: str
    points: int
    balance: int
    decision: DecisionShown | None
    sources: Sequence[str]
    struck: bool = False
    struck_on: date | None = None
    struck_because: str = ""
    struck_sources: Sequence[str] = ()

    @property
    def title(self) -> str:
        if self.kind == EntryKind.DEDUCTION:
            act = self.decision and self.decision.counted
            return act.text if act else gettext("Bị trừ điểm")
        if self.kind == EntryKind.NOT_DEDUCTED:
            return gettext("Không bị trừ điểm vì đang bị tước quyền sử dụng giấy phép")
        if self.kind == EntryKind.RESTORATION:
            return gettext("Được phục hồi đủ điểm sau %(months)s tháng không bị trừ") % {
                "months": RESTORATION_MONTHS.on(self.on)
            }
        return gettext("Được phục hồi đủ điểm vì đạt kỳ kiểm tra kiến thức")

    @property
    def took(self) -> int:
        """Points really taken."""
        return -self.points

    @property
    def other_acts(self) -> int:
        """How many offences of the decision did not count."""
        return len(self.decision.acts) - 1 if self.decision else 0


class FindingShown(NamedTuple):
    """A fact that had no effect, and why."""

    on: date
    text: str
    test_from: date | None


class RevocationShown(NamedTuple):
    """A time in which the right to use the licence was or is revoked."""

    first_day: date
    last_day: date
    decision: str


@dataclass(frozen=True, slots=True)
class PartShown:
    """One part of the licence on one day.

    Attributes:
        after_pending: the statement on the day when the last pending decision takes effect; None when none waits.
        other: the same under the other body of law; None where that law does not know what a decision states.
        not_comparable: the numbers of those decisions.
        document: how the documents stand for this part: valid, or expired, withdrawn, replaced. Points are another
            question: who has all of them still needs a licence that is valid.
    """

    part: str
    account_id: int | None
    now: law.Statement
    lines: Sequence[LineShown]
    findings: Sequence[FindingShown]
    revocations: Sequence[RevocationShown]
    pending: Sequence[DecisionShown]
    after_pending: law.Statement | None
    other: law.Statement | None
    not_comparable: Sequence[str]
    other_profile: Profile
    newest_fact_on: date | None
    document: str

    @property
    def name(self) -> str:
        return str(PART_NAMES[self.part])

    @property
    def vehicles(self) -> str:
        return str(VEHICLES[self.part])

    @property
    def balance_after(self) -> int | None:
        """Points left once the pending decisions have taken effect; None when none waits."""
        return self.after_pending.balance if self.after_pending else None

    @property
    def ground(self) -> str:
        return chosen(GROUNDS[self.now.exhaustion.wait.ground]) if self.now.exhaustion else ""

    @property
    def certificate_months(self) -> int:
        """How long a drug-free certificate concluded on this day counts (reading 14)."""
        return DRUG_FREE_CERTIFICATE_MONTHS.on(self.now.on)

    @property
    def other_title(self) -> str:
        return self.other_profile.title_en if get_language() == "en" else self.other_profile.title_vi

    @property
    def next_day(self) -> date | None:
        """The day worth waiting for: full again by time, or the first day of the test."""
        return self.now.exhaustion.test_from if self.now.exhaustion else self.now.restores_on

    @property
    def days_left(self) -> int | None:
        """Days until then; 0 when it has come."""
        return max(0, (self.next_day - self.now.on).days) if self.next_day else None

    @property
    def differs(self) -> bool:
        """Does the other body of law come to another result?"""
        return self.other is not None and _result(self.now) != _result(self.other)


def _result(statement: law.Statement) -> tuple[object, ...]:
    wait = statement.exhaustion
    return statement.balance, statement.restores_on, wait and (wait.test_from, wait.wait.needs_drug_free_certificate)


class LicenceShown(NamedTuple):
    """One licence document of the person."""

    licence: Licence
    classes: Sequence[Entitlement]


@dataclass(frozen=True, slots=True)
class Record:
    """Everything the register says to one person about his licences and points on one day."""

    holder: Holder
    on: date
    as_known_on: date | None
    profile: Profile
    parts: Sequence[PartShown]
    licences: Sequence[LicenceShown]

    @property
    def newest_fact_on(self) -> date | None:
        """When the register last learned something about this person."""
        return max((part.newest_fact_on for part in self.parts if part.newest_fact_on), default=None)


def other_profile(profile: Profile) -> Profile:
    """The body of law this installation does not run under (reading 1)."""
    return next(known for known in PROFILES.values() if known.id != profile.id)


def record_of(holder: Holder, *, on: date, as_known_on: date | None = None) -> Record:
    """The record of one person at the end of a day, as known now or as known on another day (reading 18)."""
    profile = installed_profile()
    accounts = {account.part: account.pk for account in Account.objects.filter(holder=holder)}
    facts = facts_of(accounts.values())
    licences = Licence.objects.filter(holder=holder).prefetch_related("entitlements").order_by("-issue_date", "number")
    shown = [LicenceShown(licence, list(licence.entitlements.all())) for licence in licences]
    parts = [
        _part(
            part,
            accounts.get(part),
            facts.get(accounts.get(part, 0), []),
            profile,
            on,
            as_known_on,
            _document(part, shown, on),
        )
        for part in part_names(holder, accounts)
    ]
    return Record(holder, on, as_known_on, profile, parts, shown)


def part_names(holder: Holder, accounts: Iterable[str]) -> list[str]:
    """The parts of a person's licence: those something is known about first, then the other parts he holds."""
    return list(dict.fromkeys([*sorted(accounts), *sorted(part.value for part in parts_of(holder.pk))]))


def _document(part: str, licences: Sequence[LicenceShown], on: date) -> str:
    """How the documents stand for one part of the licence; the best of them counts."""
    found = set()
    for licence, classes in licences:
        for entitlement in classes:
            if entitlement.part == part:
                expired = entitlement.expiry_date is not None and entitlement.expiry_date < on
                found.add("expired" if licence.status == LicenceStatus.VALID and expired else str(licence.status))
    return next((state for state in ("valid", "expired", "withdrawn", "replaced") if state in found), "valid")


def _part(
    part: str,
    account_id: int | None,
    rows: Sequence[FactRow],
    profile: Profile,
    on: date,
    as_known_on: date | None,
    document: str,
) -> PartShown:
    facts = [law_fact(row, profile) for row in rows]
    now = law.replay(facts, profile, on, as_known_on)
    other = other_profile(profile)
    told = decisions_of(account_id)
    known = [row for row in rows if as_known_on is None or row.recorded_on <= as_known_on]
    lines = [
        LineShown(
            line.on,
            line.kind,
            line.points,
            line.balance,
            shown_decision(line.decision, told) if line.decision else None,
            spoken_once(line.sources),
        )
        for line in now.lines
    ]
    annulled = {row.decision_key for row in known if row.kind == FactKind.ANNULMENT}
    concerned = not_comparable(rows, other, as_known_on)
    return PartShown(
        part=part,
        account_id=account_id,
        now=now,
        lines=sorted([*lines, *_struck(account_id, profile, rows, told, on, as_known_on)], key=lambda line: line.on),
        findings=[FindingShown(found.on, str(FINDINGS[found.code]), found.test_from) for found in now.findings],
        revocations=[
            RevocationShown(
                fact.first_day, fact.last_day, told[row.decision_key].number if row.decision_key in told else ""
            )
            for row in known
            if row.kind == FactKind.REVOCATION and (not row.decision_key or row.decision_key not in annulled)
            for fact in (law_fact(row, profile),)
            if isinstance(fact, law.Revocation)
        ],
        pending=[shown_decision(decision, told) for decision in now.pending],
        after_pending=law.replay(facts, profile, max(one.effective_on for one in now.pending), as_known_on)
        if now.pending
        else None,
        other=None if concerned else law.replay([law_fact(row, other) for row in rows], other, on, as_known_on),
        not_comparable=[told[key].number if key in told else key for key in concerned],
        other_profile=other,
        newest_fact_on=max((row.recorded_on for row in known), default=None),
        document=document,
    )


def spoken_once(sources: Iterable[str]) -> list[str]:
    """The sources in the reader's words; two that read the same are said once."""
    return list(dict.fromkeys(spoken(source) for source in sources))


def decisions_of(account_id: int | None) -> dict[str, Decision]:
    """The decisions recorded on an account, by the name the law knows them by."""
    found = (
        Decision.objects.filter(account_id=account_id).select_related("annulment__replaced_by") if account_id else []
    )
    return {f"{decision.number}/{decision.year}/{decision.authority}": decision for decision in found}


def shown_decision(decision: law.Decision, told: dict[str, Decision]) -> DecisionShown:
    """A decision with its acts in plain words."""
    row = told.get(decision.number)
    counted = law.heaviest(decision.offences) if decision.offences else None
    acts = [_act(offence, decision.acted_on, offence is counted) for offence in decision.offences]
    return DecisionShown(
        row.number if row else decision.number,
        row.authority if row else "",
        decision.acted_on,
        decision.effective_on,
        decision.recorded_on,
        row.place if row else "",
        acts,
    )


def _act(offence: law.Offence, acted_on: date, counts: bool) -> Act:
    if offence.code is None:
        text = (
            gettext("Lái xe khi trong cơ thể có chất ma túy (mức trừ ghi trong quyết định)")
            if offence.drug
            else gettext("Hành vi ghi trong quyết định (mức trừ do quyết định nêu)")
        )
        return Act(text, "", offence.points, offence.drug, counts)
    row = catalogue.offence(offence.code, acted_on)
    text = row.summary_en if get_language() == "en" and row.summary_en else row.summary_vi
    return Act(text, article_of(row.code) or spoken(row.source), offence.points, offence.drug, counts)


def _struck(
    account_id: int | None,
    profile: Profile,
    rows: Sequence[FactRow],
    told: dict[str, Decision],
    on: date,
    as_known_on: date | None,
) -> list[LineShown]:
    """Lines that were stated to the person once and are void now, each with the reason (reading 17)."""
    if account_id is None:
        return []
    by_id = {row.id: row for row in rows}
    reversals = Entry.objects.filter(
        account_id=account_id, kind=EntryKind.REVERSAL, takes_effect_on__lte=on
    ).select_related("voids")
    if as_known_on is not None:
        reversals = reversals.filter(recorded_on__lte=as_known_on)
    struck = []
    for reversal in reversals.order_by("number"):
        entry = reversal.voids
        assert entry is not None
        cause = law_fact(by_id[entry.cause_id], profile) if entry.cause_id in by_id else None
        why = by_id.get(reversal.cause_id or 0)
        struck.append(
            LineShown(
                entry.takes_effect_on,
                entry.kind,
                entry.points,
                entry.balance,
                shown_decision(cause, told) if isinstance(cause, law.Decision) else None,
                spoken_once(entry.sources),
                struck=True,
                struck_on=reversal.recorded_on,
                struck_because=_because(why, entry, told),
                struck_sources=spoken_once(reversal.sources),
            )
        )
    return struck


def _because(why: FactRow | None, entry: Entry, told: dict[str, Decision]) -> str:
    """Why a line is void, in one plain sentence."""
    if why is None:
        return gettext("Đã được tính lại.")
    if why.kind != FactKind.ANNULMENT:
        return gettext("Có dữ liệu đến muộn, nên đã được tính lại.")
    row = told.get(why.decision_key)
    annulment = getattr(row, "annulment", None) if row else None
    number = row.number if row else why.decision_key
    if annulment is None:
        return gettext("Quyết định số %(number)s đã bị hủy.") % {"number": number}
    if annulment.replaced_by is not None:
        return gettext("Quyết định số %(number)s được thay bằng quyết định số %(by)s ngày %(day)s.") % {
            "number": number,
            "by": annulment.replaced_by.number,
            "day": annulment.annulled_on.strftime("%d/%m/%Y"),
        } + (f" {gettext('Lý do')}: {annulment.reason}" if annulment.reason else "")
    said = gettext("Quyết định số %(number)s đã bị hủy theo văn bản số %(document)s ngày %(day)s.") % {
        "number": number,
        "document": annulment.document_number,
        "day": annulment.annulled_on.strftime("%d/%m/%Y"),
    }
    return f"{said} {gettext('Lý do')}: {annulment.reason}" if annulment.reason else said
