"""What the exchange of a driving licence asks of one dossier, given the rules that govern it.

The rules themselves, with their days, are in `exchange_rules`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from gplx.law.licences import LicenceClass
from gplx.law.periods import Dated, InForce, Mark, add_months
from gplx.law.sources import Citation, cite

RuleSetId: TypeAlias = Literal["R1", "R2", "R3", "R4"]
Case: TypeAlias = Literal[
    "before_expiry", "damaged", "data_change", "integration", "split", "over_age", "foreign_origin"
]
DocumentCode: TypeAlias = Literal[
    "form", "health_certificate", "old_licence", "penalty_decision", "identity", "proof_of_change", "photo"
]
GroundCode: TypeAlias = Literal[
    "not_in_register", "unfinished_violation", "unfit", "foreign_or_temporary", "demobilised"
]
LimitCode: TypeAlias = Literal["supplement", "forward", "electronic", "result"]
Outcome: TypeAlias = Literal["exchange", "theory_test", "theory_and_practice"]


CASE_NAMES: dict[Case, tuple[str, str]] = {
    "before_expiry": ("đổi trước khi hết hạn", "before expiry"),
    "damaged": ("giấy phép bị hỏng", "damaged licence"),
    "data_change": ("thay đổi thông tin", "changed data"),
    "integration": ("tích hợp giấy phép", "integration of two licences"),
    "split": ("tách giấy phép", "splitting an integrated licence"),
    "over_age": ("quá tuổi theo hạng", "too old for the class"),
    "foreign_origin": ("cấp đổi từ giấy phép nước ngoài", "once exchanged from a foreign licence"),
}
"""Vietnamese and English name of each case."""


@dataclass(frozen=True, slots=True)
class Application:
    """What of a dossier decides which documents it needs.

    Attributes:
        target: the class that is asked for.
        online: filed online, not at a counter.
        foreigner: a foreigner, or a Vietnamese who lives abroad.
        partly_revoked: one part of an integrated licence is revoked; the other is exchanged.
    """

    case: Case
    target: LicenceClass
    online: bool = True
    foreigner: bool = False
    partly_revoked: bool = False


class Document(NamedTuple):
    """One component of a dossier; `needed` says for whom."""

    code: DocumentCode
    name_vi: str
    name_en: str
    source: Citation
    needed: Callable[[Application], bool]


class Ground(NamedTuple):
    """Why there is no exchange. `final`: False for what only puts it off.

    A licence that is not found is verified in writing before anything is decided.
    """

    code: GroundCode
    says_vi: str
    says_en: str
    final: bool
    source: Citation


class ViolationCheck(NamedTuple):
    """What an unfinished road-safety case means. `bars`: by law; False where it is only looked up."""

    bars: bool
    says_vi: str
    says_en: str
    source: Citation


class Limit(NamedTuple):
    """A time limit in half working days, from receipt (`supplement`) or from the complete dossier (the others)."""

    code: LimitCode
    half_days: int
    source: Citation
    mark: Mark


class Expired(NamedTuple):
    """What a licence needs that expired at least so many months ago. `inferred`: no text says it in words."""

    from_months: int
    outcome: Outcome
    source: Citation
    inferred: bool = False


class Relief(NamedTuple):
    """Expired for less than `before_months` by illness, natural disaster, fire or epidemic: no test."""

    before_months: int
    source: Citation


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of exchange of one period.

    Attributes:
        articles: where the exchange is regulated.
        cases: when an exchange may be asked for, each with its provision.
        downgrade: the provision on asking for a lower class of one's own accord; None where there is none.
        converts_old_classes: whether an old class is exchanged into a class of 2025.
        caution_vi, caution_en: what of these rules was not read; empty where all was. Whoever shows an answer shows it.
    """

    id: RuleSetId
    body_vi: str
    body_en: str
    articles: tuple[Citation, ...]
    cases: dict[Case, Citation]
    downgrade: Citation | None
    documents: tuple[Document, ...]
    grounds: tuple[Ground, ...]
    violation: ViolationCheck
    limits: tuple[Limit, ...]
    expired: tuple[Expired, ...]
    relief: Relief | None
    converts_old_classes: bool
    caution_vi: str = ""
    caution_en: str = ""

    @property
    def is_verified(self) -> bool:
        return not self.caution_en

    def limit(self, code: LimitCode) -> Limit | None:
        """The limit of that name; None where these rules set none."""
        return next((limit for limit in self.limits if limit.code == code), None)


def needed_documents(rules: RuleSet, asked: Application) -> list[Document]:
    """What a dossier consists of, in the order of the text.

    Source:
        12/2017/TT-BGTVT art. 38; 35/2024/TT-BGTVT art. 36(2); 12/2025/TT-BCA art. 21(2).
    """
    return [document for document in rules.documents if document.needed(asked)]


def needs_health_certificate(rules: RuleSet, asked: Application) -> bool:
    """Is a health certificate part of this dossier?

    Source:
        12/2017/TT-BGTVT art. 38; 35/2024/TT-BGTVT art. 36(2); 12/2025/TT-BCA art. 21(2).
    """
    return any(document.code == "health_certificate" for document in needed_documents(rules, asked))


_WITHOUT_TERM = InForce(
    Dated(date.min, True, cite("12/2017/TT-BGTVT", "art. 17")),
    Dated(date(2025, 1, 1), True, cite("36/2024/QH15", "art. 57(5)(a)")),
)


class AfterExpiry(NamedTuple):
    """What is open to the holder of a licence on a day.

    Attributes:
        outcome: exchange; or a test of theory; or of theory and of practice, before a licence is issued again.
        inferred: no text says so in words.
        by_relief: no test because illness, natural disaster, fire or epidemic kept the holder; proof is needed.
        last_day: the last day on which it stays so; None where nothing changes any more.
    """

    outcome: Outcome
    source: Citation
    inferred: bool = False
    by_relief: bool = False
    last_day: date | None = None


def after_expiry(rules: RuleSet, *, expiry_date: date | None, filed_on: date, hardship: bool = False) -> AfterExpiry:
    """Whether a licence can be exchanged on the day of filing, or has to be earned again.

    A period in months after expiry ends with the corresponding day, so that day still belongs to the shorter
    period (reading 5).

    Args:
        expiry_date: the last day of the licence; None for a class that never expires.
        hardship: illness, natural disaster, fire or epidemic kept the holder from filing in time.

    Source:
        12/2017/TT-BGTVT art. 17, 36(1), 37(2); 35/2024/TT-BGTVT art. 34(2); 12/2025/TT-BCA art. 19(2);
        36/2024/QH15 art. 57(5)(a).
    """
    in_time = rules.cases["before_expiry"]
    if expiry_date is None:
        return AfterExpiry("exchange", _WITHOUT_TERM.row_on(filed_on).source)
    if filed_on <= expiry_date:
        return AfterExpiry("exchange", in_time, last_day=expiry_date)
    if hardship and rules.relief is not None:
        until = add_months(expiry_date, rules.relief.before_months)
        if filed_on <= until:
            return AfterExpiry("exchange", rules.relief.source, by_relief=True, last_day=until)
    for row, following in zip(rules.expired, (*rules.expired[1:], None), strict=True):
        until_row = add_months(expiry_date, following.from_months) if following else None
        if until_row is None or filed_on <= until_row:
            return AfterExpiry(row.outcome, row.source, row.inferred, last_day=until_row)
    raise AssertionError("unreachable: the last row has no end")
