"""How days, decisions, articles and grounds are said in a notice, in Vietnamese and English."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from gplx.law import catalogue
from gplx.law.sources import INSTRUMENTS


class Said(NamedTuple):
    """One thing in both languages."""

    vi: str
    en: str


def plain_words(content: dict[str, Any]) -> dict[str, Any]:
    """What a wording may name when a notice belongs to no entry; each by the name it has in the content.

    A day in ISO form is said as dd/MM/yyyy. `part` and anything given as ``{"vi": …, "en": …}`` can be named as
    ``{name_vi}`` and ``{name_en}``; so can ``basis``, from `sources`. Other values stand as they are.
    """
    words: dict[str, Any] = {}
    both: dict[str, Said] = {"basis": basis(content["sources"])}
    if content.get("part"):
        both["part"] = PARTS[content["part"]]
    for name, value in content.items():
        if isinstance(value, dict) and value.keys() == {"vi", "en"}:
            both[name] = Said(value["vi"], value["en"])
        elif isinstance(value, str) and _ISO_DAY.fullmatch(value):
            words[name] = day(value)
        else:
            words[name] = value
    for name, said in both.items():
        words[f"{name}_vi"], words[f"{name}_en"] = said
    return words


class Wording(NamedTuple):
    """How one kind of notice is worded: titles, and paragraphs with names in braces.

    Attributes:
        words: makes of a notice's content what the paragraphs name.
        followed: what is said instead where the content has `now`: other lines follow the one told of.
    """

    title_vi: str
    title_en: str
    vi: tuple[str, ...]
    en: tuple[str, ...]
    words: Callable[[dict[str, Any]], dict[str, Any]] = plain_words
    followed: Wording | None = None


_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
PARTS = {"motorcycle": Said("phần mô tô", "motorcycle part"), "car": Said("phần ô tô", "car part")}
GROUNDS = {
    "drugs": Said(
        "trong chu kỳ bị trừ điểm có hành vi điều khiển phương tiện mà trong cơ thể có chất ma túy",
        "one of the deductions was for driving with drugs in the body",
    ),
    "twelve_points": Said(
        "trong chu kỳ bị trừ điểm có hành vi bị trừ 12 điểm",
        "one of the deductions was for an offence of 12 points",
    ),
    "three_deductions": Said("bị trừ ba lần thì hết điểm", "three deductions took all the points"),
    "other": Said("các trường hợp bị trừ hết điểm khác", "any other way of losing all points"),
    "any": Said("bị trừ hết điểm", "all points were deducted"),
}
_NO_DAY = Said("(ngoài lịch)", "(past the calendar)")


def day(iso: str | None) -> str:
    """A calendar day as it is written in Viet Nam: dd/MM/yyyy."""
    return date.fromisoformat(iso).strftime("%d/%m/%Y") if iso else _NO_DAY.vi


def count(number: int, singular: str) -> str:
    """An English count: 1 point, 4 points."""
    return f"{number} {singular}" if number == 1 else f"{number} {singular}s"


# How a decision is named within its account: number, year, authority. The number may hold slashes and a year itself.
_DECISION_KEY = re.compile(r"(?P<number>.+)/\d{4}/(?P<authority>[^/]+)")


def decision(content: dict[str, Any]) -> Said:
    """The sanction decision of a notice, by number and authority as far as they were told."""
    told = content.get("decision")
    if not told:
        return Said("quyết định xử phạt", "the sanction decision")
    parts = _DECISION_KEY.fullmatch(told["key"])
    number = parts["number"] if parts else told["key"]
    vi, en = f"quyết định xử phạt số {number}", f"sanction decision no. {number}"
    if parts:
        vi, en = f"{vi} của {parts['authority']}", f"{en} of {parts['authority']}"
    if told.get("acted_on"):
        vi, en = f"{vi} về hành vi ngày {day(told['acted_on'])}", f"{en} about the act of {day(told['acted_on'])}"
    return Said(vi, en)


def offence(content: dict[str, Any]) -> Said:
    """The one offence of a decision that counted: what it is, its article and its level."""
    told = content.get("offence")
    if not told:
        return Said("", "")
    level, code = told["points"], told.get("code")
    if code is None:
        return Said(
            f"Hành vi: như ghi trong quyết định, mức trừ {level} điểm.",
            f"The act: as stated in the decision, {count(level, 'point')}.",
        )
    row = catalogue.offence(code, date.fromisoformat(content["decision"]["acted_on"]))
    place = article(f"168/2024 art. {row.article}({row.clause})({row.point})") if row.article else Said("", "")
    vi = f"Hành vi: {row.summary_vi}" + (f" ({place.vi})" if row.article else f" ({cited(row.source).vi})")
    en = f"The act: {row.summary_en}" + (f" ({place.en})" if row.article else f" ({cited(row.source).en})")
    return Said(f"{vi}; mức trừ {level} điểm.", f"{en}; {count(level, 'point')}.")


def revoked(content: dict[str, Any]) -> Said:
    """That the licence is revoked on the day of telling; empty where it is not, or where nothing was kept about it."""
    until = content.get("revoked_until")
    if until is None:
        return Said("", "")
    part = PARTS[content["part"]]
    return Said(
        f"Đang bị tước quyền sử dụng giấy phép lái xe đến hết ngày {day(until)}, không được lái xe theo {part.vi}.",
        f"Your licence is revoked until the end of {day(until)}; you may not drive under its {part.en}.",
    )


def basis(sources: Iterable[str]) -> Said:
    """The provisions a line rests on, each once; the project's readings are named by their number, after the law."""
    named = dict.fromkeys(sources)
    # Two names of one thing, such as the draft and the article about it, read alike.
    law = list(dict.fromkeys(article(source) for source in named if not source.startswith("reading ")))
    readings = [source.removeprefix("reading ") for source in named if source.startswith("reading ")]
    vi, en = [said.vi for said in law], [said.en for said in law]
    if readings:
        numbers = ", ".join(readings)
        vi.append(f"cách hiểu số {numbers} đã công bố của hệ thống")
        en.append(f"published reading{'s' if len(readings) > 1 else ''} {numbers} of the register")
    return Said("; ".join(vi), "; ".join(en))


_KNOWN_AS = {
    "36/2024/QH15": Said("Luật Trật tự, an toàn giao thông đường bộ", "the Law on Road Traffic Order and Safety"),
    "168/2024": Said("Nghị định 168/2024/NĐ-CP", "Decree 168/2024/NĐ-CP"),
    "238/2026": Said("Nghị định 238/2026/NĐ-CP", "Decree 238/2026/NĐ-CP"),
    "seed 003": Said("dự thảo Nghị định tháng 10/2024", "the draft decree of October 2024"),
    "draft-2024-10": Said("dự thảo Nghị định tháng 10/2024", "the draft decree of October 2024"),
}
_LOCATOR = re.compile(r"art\. (\w+)(?:\((\w+)\))?(?:\((\w+)\))?$")


def article(citation: str) -> Said:
    """A citation as a sentence has it: ``168/2024 art. 50(1)(b)`` is ``điểm b khoản 1 Điều 50 Nghị định …``."""
    instrument = next((name for name in sorted(INSTRUMENTS, key=len, reverse=True) if citation.startswith(name)), None)
    if instrument is None:
        return Said(citation, citation)
    named = INSTRUMENTS[instrument]
    known = _KNOWN_AS.get(instrument, Said(named.title_vi, named.title_en))
    found = _LOCATOR.match(citation.removeprefix(instrument).strip())
    if found is None:
        return known
    number, clause, point = found.groups()
    vi = f"Điều {number} {known.vi}"
    en = f"art. {number}" + (f"({clause})" if clause else "") + (f"({point})" if point else "")
    if clause:
        vi = f"khoản {clause} {vi}"
    if point:
        vi = f"điểm {point} {vi}"
    return Said(vi, f"{en} of {known.en}")


def cited(citation: str) -> Said:
    """The instrument of a citation without the place in it."""
    return article(citation)
