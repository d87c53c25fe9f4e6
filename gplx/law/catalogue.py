"""The catalogue: what each offence costs, by the day of the act."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from gplx.law import tables
from gplx.law.profiles import DRAFT
from gplx.law.profiles import profile as profile_of_name
from gplx.law.sources import Citation, cite
from gplx.law.text import fold, plain

DRAFT_PREFIX = "draft-2024:"
ENACTED_PREFIX = "168/2024:"

# What the draft was said to hold: reading 2, docs/law.md.
_DRAFT_BEHAVIOURS, _DRAFT_TWELVE_POINT_BEHAVIOURS = 189, 28


@dataclass(frozen=True, slots=True)
class Offence:
    """One behaviour and its level, as it holds from `first_day` until the next row of its code.

    Attributes:
        code: ``168/2024:6.9.b`` (article, clause, point of the decree) or ``draft-2024:car.alcohol.level3``.
        points: the level, 2 to 12.
        drug: driving with drugs in the body, the act that lengthens the wait under the draft (reading 12).
        vehicle_group: car, motorcycle, specialised, or other (any vehicle).
        part: the part of an integrated licence that pays when the code alone decides it: car or motorcycle.
        deduct_clause: where the decree attaches the points to the behaviour; empty for the draft.
        fine_min_vnd: lower end of the fine for an individual; None where it is not known.
        nearest: for the draft, the provisions of 168/2024 that speak of the same act.
        certainty: for the draft, how well the level is attested; empty for enacted rows.
        reported_by: for the draft, the publications that name the level.
    """

    code: str
    points: int
    drug: bool
    vehicle_group: str
    part: str | None
    article: str
    clause: str
    point: str
    summary_vi: str
    summary_en: str
    fine_min_vnd: int | None
    fine_max_vnd: int | None
    deduct_clause: str
    notes: str
    first_day: date
    source: Citation
    nearest: tuple[str, ...] = ()
    certainty: str = ""
    reported_by: str = ""


class UnknownCodeError(LookupError):
    """The catalogue has no offence of this code on any day."""


class CodeNotInForceError(LookupError):
    """The catalogue has the code, but it did not hold on the day of the act.

    Attributes:
        first_day: the first day of the code.
        last_day: its last day where it was repealed before the act; None where the act came too early.
    """

    def __init__(self, code: str, acted_on: date, *, first_day: date, last_day: date | None) -> None:
        held = f"is in force from {first_day.isoformat()}"
        if last_day is not None:
            held = f"was in force until {last_day.isoformat()}"
        super().__init__(f"{code} {held}; the act is of {acted_on.isoformat()}")
        self.code, self.acted_on, self.first_day, self.last_day = code, acted_on, first_day, last_day


class _DatedRow(NamedTuple):
    first_day: date
    offence: Offence | None  # None repeals


def offence(code: str, acted_on: date) -> Offence:
    """The offence that a code names for an act of one day.

    Args:
        code: as in the catalogue, compared letter by letter.
        acted_on: the day of the act; never the day of the decision.

    Raises:
        UnknownCodeError: no row on any day has this code.
        CodeNotInForceError: the act lies before the first day of the code, or after its repeal.

    Source:
        168/2024 art. 54(1), 54(2); 238/2026 art. 21; reading 3.
    """
    rows = _by_code().get(code)
    if rows is None:
        raise UnknownCodeError(f"no offence has the code {code!r}")
    for first_day, row in rows:  # newest first
        if acted_on >= first_day:
            if row is None:
                last_day = first_day - timedelta(days=1)
                raise CodeNotInForceError(code, acted_on, first_day=rows[-1].first_day, last_day=last_day)
            return row
    raise CodeNotInForceError(code, acted_on, first_day=rows[-1].first_day, last_day=None)


def offences(on: date, profile: str) -> tuple[Offence, ...]:
    """Every offence a decision about an act of one day may name, in the order of the text.

    Under the draft profile its own rows come first and those of 168/2024 follow; in-force has the latter alone.

    Source:
        Reading 2.
    """
    found = []
    for code, rows in _by_code().items():
        if not is_of_profile(code, profile):
            continue
        current = next((row for first_day, row in rows if on >= first_day), None)
        if current is not None:
            found.append(current)
    return tuple(found)


def is_of_profile(code: str, profile: str) -> bool:
    """Whether a decision under the profile may name the code: rows of the draft only under the draft.

    Raises:
        UnknownProfileError: no profile of that name.

    Source:
        Reading 2.
    """
    return code.startswith(profile_of_name(profile).code_prefixes)


def history(code: str) -> tuple[Offence, ...]:
    """All rows of one code, oldest first, repeals left out.

    Raises:
        UnknownCodeError: no row on any day has this code.
    """
    rows = _by_code().get(code)
    if rows is None:
        raise UnknownCodeError(f"no offence has the code {code!r}")
    return tuple(row for _, row in reversed(rows) if row is not None)


def first_days() -> tuple[date, ...]:
    """The days on which some row of the catalogue begins to hold, in order."""
    return tuple(sorted({first_day for rows in _by_code().values() for first_day, _ in rows}))


def levels(profile: str) -> tuple[int, ...]:
    """The levels that the rows of a profile have on any day, in order."""
    rows = (row for code, rows in _by_code().items() if is_of_profile(code, profile) for _, row in rows)
    return tuple(sorted({row.points for row in rows if row is not None}))


def nearest(code: str, profile: str) -> list[str]:
    """Up to three codes of a profile that look most like a mistyped one, nearest first."""
    known = {known.partition(":")[2]: known for known in _by_code() if is_of_profile(known, profile)}
    typed = code[:60].rpartition(":")[2]
    return [known[alike] for alike in difflib.get_close_matches(typed, known, n=3, cutoff=0.6)]


# --- search -----------------------------------------------------------------------------------------------------


def search(
    on: date,
    profile: str,
    *,
    level: int | None = None,
    vehicle: str | None = None,
    article: str | None = None,
    text: str = "",
) -> list[Offence]:
    """The offences of `offences(on, profile)` that meet every condition given.

    Args:
        level: points exactly so.
        vehicle: a vehicle group; `car` and `motorcycle` leave out what holds for any vehicle.
        article: article of 168/2024.
        text: words in any order, each the beginning of a word of the row (summary, code, vehicle). A word
            typed with diacritics first has to match with them; where nothing does, diacritics are ignored.
    """
    candidates = [
        row
        for row in offences(on, profile)
        if (level is None or row.points == level)
        and (vehicle is None or row.vehicle_group == vehicle)
        and (article is None or row.article == article)
    ]
    return _matching(candidates, text)


def _matching(candidates: list[Offence], wanted: str) -> list[Offence]:
    exact = _terms(plain(wanted), (*_EVERYDAY_WORDS, *_folded_everyday_words()))
    folded = _terms(fold(wanted), _folded_everyday_words())
    if not folded.typed and not folded.written:
        return candidates
    found = []
    for row in candidates:
        words, folded_words = _words(row)
        if all(phrase in _sentence(row) for phrase in exact.written) and all(
            term in (folded_words if fold(term) == term[1:] else words) for term in exact.typed
        ):
            found.append(row)
    if found:
        return found
    for row in candidates:
        sentence, folded_words = _sentence(row), _words(row)[1]
        if all(phrase in sentence for phrase in folded.written) and all(term in folded_words for term in folded.typed):
            found.append(row)
    return found


# What people say, beside what the decree says. Longer phrases stand first.
_EVERYDAY_WORDS = (
    ("vượt đèn đỏ", "đèn tín hiệu"),
    ("đèn đỏ", "đèn tín hiệu"),
    ("nồng độ cồn", "cồn"),
    ("rượu bia", "cồn"),
    ("bia rượu", "cồn"),
    ("rượu", "cồn"),
    ("xe hơi", "ô tô"),
    ("xe gắn máy", "xe máy"),
    ("mô tô", "xe máy"),
    ("đậu xe", "đỗ"),
    ("bỏ chạy", "không dừng"),
    ("bằng lái", "gplx"),
    ("lề đường", "vỉa hè"),
    ("chở ba", "từ 03 người"),
    ("red light", "traffic lights"),
    ("drunk driving", "alcohol"),
    ("drink driving", "alcohol"),
    ("drunk", "alcohol"),
    ("motorbike", "motorcycle"),
)

# A code or a figure with full stops stays whole; everything else is cut into words.
_WORD = re.compile(r"[\w@:-]+(?:\.[\w@-]+)+|[^\W_]+")
_VEHICLE_WORDS = {
    "car": "ô tô car",
    "motorcycle": "xe máy motorcycle",
    "specialised": "xe máy chuyên dùng specialised machine",
    "other": "mọi loại xe any vehicle",
}


class _Terms(NamedTuple):
    """Words to find, each behind a space, so that it matches at the beginning of a word only."""

    typed: list[str]
    written: list[str]  # the decree's words for an everyday phrase: together, always with their diacritics


def _terms(wanted: str, everyday_words: tuple[tuple[str, str], ...]) -> _Terms:
    padded = f" {' '.join(_WORD.findall(wanted))} "
    written: list[str] = []
    for said, in_the_decree in everyday_words:
        if f" {said} " in padded:
            padded = padded.replace(f" {said} ", " ")
            written.append(f" {in_the_decree}")
    return _Terms([f" {word}" for word in padded.split()], written)


@cache
def _folded_everyday_words() -> tuple[tuple[str, str], ...]:
    return tuple((fold(said), in_the_decree) for said, in_the_decree in _EVERYDAY_WORDS)


@cache
def _sentence(row: Offence) -> str:
    """A row with its commas: "đèn, tín hiệu" of a cargo are no traffic light."""
    return f" {plain(f'{row.summary_vi} {row.summary_en} {_VEHICLE_WORDS[row.vehicle_group]}')}"


@cache
def _words(row: Offence) -> tuple[str, str]:
    """The words of a row with and without diacritics, each behind a space."""
    codes = f"{row.code.replace('/', ' ')} {row.code.partition(':')[2]}"
    spoken = " ".join(_WORD.findall(f"{row.summary_vi} {row.summary_en} {_VEHICLE_WORDS[row.vehicle_group]}"))
    return f" {plain(f'{codes} {spoken}')}", f" {fold(f'{codes} {spoken}')}"


# --- how much of it is known ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KnownCount:
    """How much of a profile's list of offences the catalogue holds.

    Attributes:
        topics: behaviours whose level is known; rows for cars and for any vehicle of one act count once.
        topics_in_all: behaviours the text is said to hold.
        twelve_point_topics: those of them that cost 12 points in one go.
        twelve_point_topics_in_all: as the text is said to hold.
        rows: number of rows, by the day from which that number holds.
    """

    topics: int
    topics_in_all: int
    twelve_point_topics: int
    twelve_point_topics_in_all: int
    rows: tuple[tuple[date, int], ...]

    @property
    def is_complete(self) -> bool:
        return self.topics == self.topics_in_all


@cache
def known_count(profile: str) -> KnownCount:
    """How many offences the profile's own list has and how many of them the catalogue knows.

    The enacted list is complete, and its topics are its rows today; of the draft's list only what the press
    made public is known.

    Source:
        Reading 2; 168/2024 art. 6 to 34; 238/2026 art. 7, 10, 11.
    """
    prefix = DRAFT_PREFIX if profile_of_name(profile) is DRAFT else ENACTED_PREFIX
    counts: list[tuple[date, int]] = []
    for day in first_days():
        number = sum(row.code.startswith(prefix) for row in offences(day, profile))
        if not counts or counts[-1][1] != number:
            counts.append((day, number))
    own = [row for row in offences(first_days()[-1], profile) if row.code.startswith(prefix)]
    if prefix == ENACTED_PREFIX:
        twelve = sum(row.points == 12 for row in own)
        return KnownCount(len(own), len(own), twelve, twelve, tuple(counts))
    topics = {_topic(row.code) for row in own}
    twelve_point_topics = {_topic(row.code) for row in own if row.points == 12}
    return KnownCount(
        len(topics),
        _DRAFT_BEHAVIOURS,
        len(twelve_point_topics),
        _DRAFT_TWELVE_POINT_BEHAVIOURS,
        tuple(counts),
    )


def _topic(draft_code: str) -> str:
    """`car.alcohol.level3` and `any.alcohol.level3` are one behaviour."""
    return draft_code.removeprefix(DRAFT_PREFIX).partition(".")[2]


# --- reading the tables -----------------------------------------------------------------------------------------

_TABLES = ("offences-draft-2024-10", "offences-168-2024")


@cache
def _by_code() -> dict[str, tuple[_DatedRow, ...]]:
    """The rows of each code, newest first; codes in the order of the text."""
    rows: dict[str, list[_DatedRow]] = {}
    for table in _TABLES:
        for cells in tables.rows(table):
            dated = _DatedRow(date.fromisoformat(cells["first_day"]), _offence(cells) if cells["points"] else None)
            of_code = rows.setdefault(cells["code"], [])
            if of_code and of_code[-1].first_day >= dated.first_day:
                raise ValueError(f"{table}: {cells['code']}: rows of one code must stand in the order of their days")
            of_code.append(dated)
    return {code: tuple(reversed(of_code)) for code, of_code in rows.items()}


def _offence(cells: dict[str, str]) -> Offence:
    return Offence(
        code=cells["code"],
        points=int(cells["points"]),
        drug=cells["drug"] == "true",
        vehicle_group=cells["vehicle_group"],
        part=cells["part"] or None,
        article=cells["article"],
        clause=cells["clause"],
        point=cells["point"],
        summary_vi=cells["summary_vi"],
        summary_en=cells["summary_en"],
        fine_min_vnd=int(cells["fine_min_vnd"]) if cells["fine_min_vnd"] else None,
        fine_max_vnd=int(cells["fine_max_vnd"]) if cells["fine_max_vnd"] else None,
        deduct_clause=cells["deduct_clause"],
        notes=cells["notes"],
        first_day=date.fromisoformat(cells["first_day"]),
        source=cite(cells["instrument"], cells["locator"]),
        nearest=tuple(cells["nearest"].split(";")) if cells["nearest"] else (),
        certainty=cells["certainty"],
        reported_by=cells["reported_by"],
    )
