"""May I exchange my licence? Each condition, before anything is filed: met, not met, or not known.

A source that gives no answer leaves its condition `not_known`; it never counts against the person. What is said of each
condition, and how to mend it, is in `exchange_texts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Final, Literal, NamedTuple, TypeAlias

from gplx.law import health
from gplx.law.exchange_classes import Choice, choices
from gplx.law.exchange_dossier import CASE_NAMES, Application, Case, RuleSet, after_expiry, needs_health_certificate
from gplx.law.licences import Regime, Sex, licence_class
from gplx.law.periods import Dated, InForce, NotInForceError
from gplx.law.profiles import POINTS_SYSTEM_FIRST_DAY
from gplx.law.provinces import province
from gplx.law.sources import Citation, cite, reading


class Silent(Enum):
    """A source that did not answer."""

    SILENT = "silent"


SILENT: Final = Silent.SILENT

State: TypeAlias = Literal["met", "not_met", "not_known"]
ConditionCode: TypeAlias = Literal[
    "service_open",
    "licence_found",
    "licence_genuine",
    "case_named",
    "class_exchanged",
    "in_term",
    "not_withdrawn",
    "not_revoked",
    "no_open_case",
    "health_certificate",
    "points",
    "rules_read",
]
Withdrawal: TypeAlias = Literal["unfit", "wrongly_issued", "uncollected"]

_PILOT = frozenset({"01", "35"})
_PILOT_EXTENDED = _PILOT | {"08", "10", "20", "22", "27", "31", "38", "49", "74", "75"}
EVERYWHERE = frozenset({"*"})
SERVICE_OPEN_IN = InForce[frozenset[str]](
    Dated(date(2020, 7, 1), _PILOT, cite("seed 000", ""), "V"),
    Dated(date(2021, 10, 1), _PILOT_EXTENDED, cite("seed 000", ""), "V"),
    # The whole country was the plan for 2022. What came of it was not read.
    Dated(date(2022, 1, 1), None, cite("seed 000", "")),
    Dated(date(2025, 1, 1), EVERYWHERE, cite("35/2024/TT-BGTVT", "art. 36"), "V"),
    Dated(date(2025, 3, 1), EVERYWHERE, cite("12/2025/TT-BCA", "art. 21(3)(a)"), "V"),
)
"""The provinces, by the codes of their day, where one may file online; no row holds from 2022 to 2024."""


@dataclass(frozen=True, slots=True)
class Held:
    """One part of a licence as the register has it.

    Attributes:
        expiry_date: None for a class that never expires.
        restricted: limited as an old A1 or an automatic B1 became.
    """

    category: str
    regime: Regime
    expiry_date: date | None
    restricted: bool = False


class Printed(NamedTuple):
    """What is printed on a card and recorded of it."""

    blank_number: str
    issue_date: date
    expiry_date: date | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of somebody who wants to exchange one part of a licence. `SILENT` where a source did not answer.

    Attributes:
        on: the day of filing.
        province_code: as of that day.
        opened_in: provinces the installation opened itself, for days on which no text says where; None: not known.
        licence: None when it was looked for and not found.
        genuine: as `is_genuine` says.
        target: the class of 2025 asked for; None: the first that the text lists.
        certificates: the health certificates that were found.
        open_cases: numbers of unfinished road-safety cases.
        revoked_until: the last day of a revocation of this part.
        other_part_revoked: the other part of an integrated licence is revoked.
        hardship: illness, natural disaster, fire or epidemic kept the holder from filing in time.
    """

    on: date
    province_code: str
    birth_date: date
    sex: Sex
    licence: Held | Silent | None
    genuine: bool | Silent | None = SILENT
    case: Case = "before_expiry"
    target: str | None = None
    certificates: Sequence[health.Certificate] | Silent = SILENT
    open_cases: Sequence[str] | Silent = SILENT
    revoked_until: date | Silent | None = None
    other_part_revoked: bool = False
    withdrawn: Withdrawal | None = None
    balance: int | Silent = SILENT
    hardship: bool = False
    opened_in: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing the exchange depends on, and whether it is so.

    Attributes:
        says: the key of its text in `exchange_texts.TEXTS`.
        blocks: False where filing is possible all the same.
        day: the day that matters: the end of a term, of a certificate, of a revocation.
        values: what the text names in braces, besides `day`.
    """

    code: ConditionCode
    state: State
    says: str
    sources: tuple[Citation, ...]
    blocks: bool = True
    day: date | None = None
    values: dict[str, str] = field(default_factory=dict)

    @property
    def stands_in_the_way(self) -> bool:
        return self.blocks and self.state == "not_met"


def readiness(asked: Asked, rules: RuleSet) -> list[Condition]:
    """What an exchange depends on, each with whether it is so, in the order in which the office looks.

    Raises:
        UnknownProvinceError: nobody has the code on that day.
        UnknownClassError: no such class in that regime.

    Source:
        36/2024/QH15 art. 57(7), 58(4), 62, 89; 12/2017/TT-BGTVT art. 36-38; 35/2024/TT-BGTVT art. 34, 36;
        12/2025/TT-BCA art. 18(8), 19, 21, 25; readings 5 and 20; ADR 0063 to 0065.
    """
    found = [_service(asked), _found(asked, rules)]
    if isinstance(asked.licence, Held):
        choice, condition = _class(asked, asked.licence, rules)
        found += [_genuine(asked, rules), _case(asked, rules), condition, _term(asked, asked.licence, rules)]
        if asked.withdrawn is not None:
            found.append(_withdrawn(asked.withdrawn, rules))
        found += [_revoked(asked, rules), _open_cases(asked, rules)]
        if choice is not None:
            found.append(_health(asked, asked.licence, choice, rules))
        if asked.on >= POINTS_SYSTEM_FIRST_DAY:
            found.append(_points(asked))
    else:
        found.append(_open_cases(asked, rules))
    if not rules.is_verified:
        values = {"caution_vi": rules.caution_vi, "caution_en": rules.caution_en}
        found.append(
            Condition("rules_read", "not_known", "rules.not_read", rules.articles, blocks=False, values=values)
        )
    return found


def verdict(conditions: Iterable[Condition]) -> Literal["ready", "not_ready", "not_known"]:
    """`not_ready` when something stands in the way; else `not_known` while a barring condition is without an answer."""
    states = {condition.state for condition in conditions if condition.blocks}
    return "not_ready" if "not_met" in states else "not_known" if "not_known" in states else "ready"


def is_genuine(printed: Printed | None, recorded: Printed, *, in_e_id_account: bool = False) -> bool | None:
    """Is the licence what the system has? None when neither a card nor the e-ID account was looked at.

    Source:
        12/2025/TT-BCA art. 18(8).
    """
    if in_e_id_account:
        return True
    return None if printed is None else printed == recorded


def service_is_open(province_code: str, on: date, opened_in: frozenset[str] | None = None) -> bool | None:
    """Can one file online in a province on a day? None where no text says and the installation has not opened any.

    Raises:
        UnknownProvinceError: nobody has the code on that day.

    Source:
        seed 000 (pilot); 35/2024/TT-BGTVT art. 36; 12/2025/TT-BCA art. 21(3)(a).
    """
    province(province_code, on)
    try:
        where = SERVICE_OPEN_IN.on(on)
    except NotInForceError:
        return None if opened_in is None else province_code in opened_in
    return where is EVERYWHERE or province_code in where


def _service(asked: Asked) -> Condition:
    is_open = service_is_open(asked.province_code, asked.on, asked.opened_in)
    values = {"province": province(asked.province_code, asked.on).name_vi}
    rows = [row.source for row in SERVICE_OPEN_IN.rows if row.first_day <= asked.on]
    sources = tuple(rows[-1:]) or (SERVICE_OPEN_IN.rows[0].source,)
    if is_open is None:
        return Condition("service_open", "not_known", "service.not_known", sources, values=values)
    state: State = "met" if is_open else "not_met"
    return Condition("service_open", state, "service.open" if is_open else "service.closed", sources, values=values)


def _found(asked: Asked, rules: RuleSet) -> Condition:
    sources = tuple(ground.source for ground in rules.grounds if ground.code == "not_in_register")
    if asked.licence is SILENT:
        return Condition("licence_found", "not_known", "licence.silent", sources)
    if asked.licence is None:
        # Not found is verified in writing before anything is decided; it does not keep anybody from filing.
        return Condition("licence_found", "not_met", "licence.not_found", sources, blocks=False)
    return Condition("licence_found", "met", "licence.found", sources)


def _genuine(asked: Asked, rules: RuleSet) -> Condition:
    sources = (cite("12/2025/TT-BCA", "art. 18(8)"),) if rules.id in ("R3", "R4") else rules.articles
    if asked.genuine is SILENT or asked.genuine is None:
        return Condition("licence_genuine", "not_known", "genuine.not_known", sources, blocks=False)
    if asked.genuine:
        return Condition("licence_genuine", "met", "genuine.yes", sources)
    return Condition("licence_genuine", "not_met", "genuine.differs", sources, blocks=False)


def _case(asked: Asked, rules: RuleSet) -> Condition:
    values = dict(zip(("case_vi", "case_en"), CASE_NAMES[asked.case], strict=True))
    source = rules.cases.get(asked.case)
    if source is None:
        return Condition("case_named", "not_known", "reason.not_named", rules.articles, blocks=False, values=values)
    return Condition("case_named", "met", "reason.named", (source,), values=values)


def _class(asked: Asked, held: Held, rules: RuleSet) -> tuple[Choice | None, Condition]:
    known = licence_class(held.category, held.regime)
    offered = choices(known, rules, restricted=held.restricted, birth_date=asked.birth_date, sex=asked.sex, on=asked.on)
    values = {"held": held.category, "offered": ", ".join(choice.target.code for choice in offered)}
    chosen = next((one for one in offered if _is_asked(one, asked.target)), None)
    if chosen is None:
        says = "class.not_offered" if offered else "class.none"
        source = known.conversion.source if known.conversion else known.source
        values["target"] = asked.target or held.category
        return None, Condition("class_exchanged", "not_met", says, (source,), values=values)
    values["target"] = chosen.target.code
    if chosen.from_day is not None:
        sources = (chosen.source, cite("36/2024/QH15", "art. 59(1)"))
        return chosen, Condition(
            "class_exchanged", "not_met", "class.too_young", sources, True, chosen.from_day, values
        )
    if chosen.restriction_vi:
        values |= {"restriction_vi": chosen.restriction_vi, "restriction_en": chosen.restriction_en}
        return chosen, Condition("class_exchanged", "met", "class.restricted", (chosen.source,), values=values)
    if chosen.without_largest:
        sources = (chosen.source, cite("36/2024/QH15", "art. 59(1)(e)"))
        return chosen, Condition("class_exchanged", "met", "class.without_largest", sources, values=values)
    return chosen, Condition("class_exchanged", "met", f"class.{chosen.kind}", (chosen.source,), values=values)


def _is_asked(choice: Choice, target: str | None) -> bool:
    """Nobody is given a lower class without asking for it."""
    return choice.kind != "downgrade" if target is None else choice.target.code == target


def _term(asked: Asked, held: Held, rules: RuleSet) -> Condition:
    found = after_expiry(rules, expiry_date=held.expiry_date, filed_on=asked.on, hardship=asked.hardship)
    sources = (found.source,)
    if held.expiry_date is None:
        return Condition("in_term", "met", "term.none", sources)
    if asked.on <= held.expiry_date:
        return Condition("in_term", "met", "term.running", sources, day=held.expiry_date)
    if found.outcome != "exchange":
        return Condition("in_term", "not_met", f"term.{found.outcome}", sources, day=held.expiry_date)
    says = "term.relief" if found.by_relief else "term.inferred"
    return Condition("in_term", "met", says, sources, day=found.last_day)


def _withdrawn(withdrawn: Withdrawal, rules: RuleSet) -> Condition:
    sources = rules.articles
    if rules.id != "R1":
        sources = (cite("36/2024/QH15", "art. 57(7), 62(5)"), cite("12/2025/TT-BCA", "art. 25"))
    return Condition("not_withdrawn", "not_met", f"withdrawn.{withdrawn}", sources)


def _revoked(asked: Asked, rules: RuleSet) -> Condition:
    """A revocation that runs is a case that is not finished; a revoked part leaves the other one alone."""
    sources = (rules.violation.source,) if rules.violation.bars else rules.articles
    until = asked.revoked_until
    if until is SILENT:
        return Condition("not_revoked", "not_known", "revoked.silent", sources)
    if until is not None and asked.on <= until:
        return Condition("not_revoked", "not_met", "revoked.until", sources, day=until)
    if asked.other_part_revoked:
        decision = next((document for document in rules.documents if document.code == "penalty_decision"), None)
        if decision is not None:
            return Condition("not_revoked", "met", "revoked.other_part_decision", (decision.source,))
        sources = rules.articles if rules.id == "R1" else (cite("12/2025/TT-BCA", "art. 21(3)(d)"),)
        return Condition("not_revoked", "met", "revoked.other_part", sources)
    return Condition("not_revoked", "met", "revoked.no", sources)


def _open_cases(asked: Asked, rules: RuleSet) -> Condition:
    bars, sources = rules.violation.bars, (rules.violation.source,)
    if asked.open_cases is SILENT:
        return Condition("no_open_case", "not_known", "case.silent", sources, blocks=bars)
    if asked.open_cases:
        values = {"cases": ", ".join(asked.open_cases)}
        says = "case.open" if bars else "case.noted"
        return Condition("no_open_case", "not_met", says, sources, blocks=bars, values=values)
    return Condition("no_open_case", "met", "case.none", sources, blocks=bars)


def _health(asked: Asked, held: Held, choice: Choice, rules: RuleSet) -> Condition:
    target = choice.target
    values = {"target": target.code}
    if not needs_health_certificate(rules, Application(asked.case, target)):
        return Condition("health_certificate", "met", "health.not_needed", rules.articles, values=values)
    sources = tuple(document.source for document in rules.documents if document.code == "health_certificate")
    if asked.certificates is SILENT:
        return Condition("health_certificate", "not_known", "health.silent", sources, values=values)
    category, regime = target.code, target.regime
    best = health.best(asked.certificates, category=category, regime=regime, on=asked.on)
    against = [
        finding for finding in health.suitability(best, category=category, regime=regime, on=asked.on) if finding.blocks
    ]
    day = health.valid_until(best) if best else None
    if not against:
        return Condition("health_certificate", "met", "health.suits", sources, day=day, values=values)
    first = against[0]
    state: State = "not_known" if first.code == "class_unknown" else "not_met"
    return Condition(
        "health_certificate", state, f"health.{first.code}", (*sources, first.source), day=day, values=values
    )


def _points(asked: Asked) -> Condition:
    """No text forbids exchanging a licence without points: the new one carries 0."""
    sources = (cite("36/2024/QH15", "art. 58(3), 58(4)"), reading(20))
    if asked.balance is SILENT:
        return Condition("points", "not_known", "points.silent", sources, blocks=False)
    says = "points.exhausted" if asked.balance == 0 else "points.kept"
    return Condition("points", "met", says, sources, blocks=False, values={"balance": str(asked.balance)})
