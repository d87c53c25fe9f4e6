"""How the fields of a decision, an annulment and an amendment are read, each with the rules it has to keep.

Source:
    168/2024 art. 50, 54; 238/2026 art. 21; readings 2, 3, 8, 11, 17, 21.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal

from gplx.law import catalogue
from gplx.law.profiles import HEAVIEST_LEVEL_POINTS, POINTS_SYSTEM_FIRST_DAY, Profile
from gplx.sanctions.reader import EARLIEST_DAY, LATEST_DAY, Reader
from gplx.sanctions.stated import Key, Part, StatedAmendment, StatedAnnulment, StatedDecision, StatedRevocation

PARTS: tuple[Part, ...] = ("motorcycle", "car")
OFFENCES_MAX = 50
AUTHORITY_MAX, NUMBER_MAX, NAME_MAX, PLACE_MAX, REASON_MAX, FOREIGN_NUMBER_MAX = 80, 80, 120, 200, 300, 20
_LICENCE_NUMBER = re.compile(r"[0-9]{12}")
_FOREIGN_NUMBER = re.compile(r"[0-9A-Z./-]{1,20}")

ACT_BEFORE_POINTS_SYSTEM = "act_before_points_system"
"""Finding: the decision is kept, but an act before 2025-01-01 loses no points (reading 3)."""

_KEY_FIELDS = frozenset({"authority", "number", "year"})
_DECISION_FIELDS = _KEY_FIELDS | {
    "licence_number", "holder_name", "birth_date", "acted_on", "decided_on", "effective_on", "offences",
}  # fmt: skip
_DECISION_OPTIONAL = frozenset({"part", "revocation", "place", "foreign_licence"})
_ANNULMENT_FIELDS = _KEY_FIELDS | {"document_number", "annulled_on", "reason"}
_AMENDMENT_FIELDS = _KEY_FIELDS | {"annulled_on", "reason", "decision"}
_NONE: frozenset[str] = frozenset()


class DecisionReader(Reader):
    """Reads one decision, annulment or amendment as of a day, under a body of law."""

    __slots__ = ("today", "under")

    def __init__(self, today: date, under: Profile) -> None:
        super().__init__()
        self.today, self.under = today, under

    # --- decision ---------------------------------------------------------------------------------------------------

    def decision(self, value: object, field: str) -> StatedDecision | None:
        before = len(self.faults)
        given = self.fields(value, field, _DECISION_FIELDS, _DECISION_OPTIONAL)
        if given is None:
            return None
        dot = f"{field}." if field else ""
        key = self.key(given, dot)
        foreign = False
        if "foreign_licence" in given:
            foreign = self.boolean(given["foreign_licence"], f"{dot}foreign_licence") or False
        licence_number = self.licence_number(given, dot, foreign=foreign)
        holder_name = self.name(given, dot)
        birth_date = self.stated_day(given, "birth_date", dot)
        acted_on = self.stated_day(given, "acted_on", dot)
        decided_on = self.stated_day(given, "decided_on", dot)
        effective_on = self.stated_day(given, "effective_on", dot)
        self.order(birth_date, acted_on, decided_on, effective_on, dot)
        if key is not None and decided_on is not None and key[2] != decided_on.year:
            self.fault(
                f"{dot}year",
                "year_differs",
                "Năm của quyết định khác năm của ngày ra quyết định.",
                "The year of the decision is not the year of the day it was taken.",
            )
        revocation = self.revocation(given["revocation"], f"{dot}revocation") if "revocation" in given else None
        offences, parts = self.offences(given, dot, acted_on, may_be_empty="revocation" in given)
        part = self.part(given, dot, parts, foreign=foreign)
        place = self.text(given["place"], f"{dot}place", limit=PLACE_MAX) if "place" in given else ""
        if len(self.faults) > before:
            return None
        # No fault: everything is there.
        assert key is not None
        assert licence_number is not None
        assert holder_name is not None
        assert birth_date is not None
        assert acted_on is not None
        assert decided_on is not None
        assert effective_on is not None
        assert part is not None
        return StatedDecision(
            *key,
            licence_number=licence_number,
            foreign_licence=foreign,
            holder_name=holder_name,
            birth_date=birth_date,
            part=part,
            acted_on=acted_on,
            decided_on=decided_on,
            effective_on=effective_on,
            offences=offences,
            revocation=revocation,
            place=place or "",
            findings=(ACT_BEFORE_POINTS_SYSTEM,) if acted_on < POINTS_SYSTEM_FIRST_DAY else (),
        )

    def key(self, given: dict[str, object], dot: str) -> Key | None:
        authority = self.name_of_document(given, "authority", dot, AUTHORITY_MAX, forbidden="|/")
        number = self.name_of_document(given, "number", dot, NUMBER_MAX, forbidden="|")
        year = None
        if "year" in given:
            year = self.integer(given["year"], f"{dot}year", low=EARLIEST_DAY.year, high=LATEST_DAY.year)
        if authority is None or number is None or year is None:
            return None
        return authority, number, year

    def name_of_document(
        self, given: dict[str, object], name: str, dot: str, limit: int, *, forbidden: str = ""
    ) -> str | None:
        """The name of an authority or a document. What joins the words of a key may not be part of one."""
        if name not in given:
            return None
        text = self.text(given[name], f"{dot}{name}", limit=limit)
        if text is not None and not set(forbidden).isdisjoint(text):
            self.fault(
                f"{dot}{name}",
                "text_character",
                f"Không được có ký tự {' '.join(forbidden)}.",
                f"May not contain {' '.join(forbidden)}.",
            )
            return None
        return text

    def licence_number(self, given: dict[str, object], dot: str, *, foreign: bool) -> str | None:
        if "licence_number" not in given:
            return None
        field = f"{dot}licence_number"
        text = self.text(given["licence_number"], field, limit=8 * FOREIGN_NUMBER_MAX)
        if text is None:
            return None
        if foreign:
            if _FOREIGN_NUMBER.fullmatch(text):
                return text
            self.fault(
                field,
                "licence_number",
                f"Số giấy phép nước ngoài gồm chữ hoa không dấu, chữ số, dấu . / -, tối đa {FOREIGN_NUMBER_MAX} ký tự.",
                f"A foreign licence number has capitals, digits and . / - only, at most {FOREIGN_NUMBER_MAX} of them.",
            )
            return None
        if _LICENCE_NUMBER.fullmatch(text):
            return text
        self.fault(
            field,
            "licence_number",
            "Số giấy phép lái xe gồm đúng 12 chữ số 0-9. Giấy phép nước ngoài: thêm foreign_licence.",
            "A licence number has exactly 12 digits 0-9. For a foreign licence add foreign_licence.",
        )
        return None

    def name(self, given: dict[str, object], dot: str) -> str | None:
        if "holder_name" not in given:
            return None
        text = self.text(given["holder_name"], f"{dot}holder_name", limit=NAME_MAX)
        if text is not None and not any(character.isalpha() for character in text):
            self.fault(f"{dot}holder_name", "not_a_name", "Họ tên phải có chữ cái.", "A name has letters.")
            return None
        return text

    def stated_day(self, given: dict[str, object], name: str, dot: str) -> date | None:
        return self.day(given[name], f"{dot}{name}") if name in given else None

    def order(
        self,
        birth_date: date | None,
        acted_on: date | None,
        decided_on: date | None,
        effective_on: date | None,
        dot: str,
    ) -> None:
        """Birth, act, decision, effect follow one another; what has happened lies not in the future (B16)."""
        if acted_on is not None and acted_on > self.today:
            self._not_in_the_future(f"{dot}acted_on")
        elif decided_on is not None and decided_on > self.today:
            self._not_in_the_future(f"{dot}decided_on")
        if birth_date is not None and acted_on is not None and acted_on <= birth_date:
            self._out_of_order(f"{dot}birth_date", "Ngày sinh phải trước ngày vi phạm.", "Birth must precede the act.")
        if acted_on is not None and decided_on is not None and decided_on < acted_on:
            self._out_of_order(
                f"{dot}decided_on", "Quyết định trước ngày vi phạm.", "The decision lies before the act."
            )
        if decided_on is not None and effective_on is not None and effective_on < decided_on:
            self._out_of_order(
                f"{dot}effective_on", "Có hiệu lực trước ngày quyết định.", "The effect lies before the decision."
            )

    def _not_in_the_future(self, field: str) -> None:
        self.fault(
            field, "future", "Ngày này chưa đến: xem lại ngày và năm.", "This day has not come yet: check day and year."
        )

    def _out_of_order(self, field: str, message_vi: str, message_en: str) -> None:
        self.fault(field, "order_of_dates", message_vi, message_en)

    def revocation(self, value: object, field: str) -> StatedRevocation | None:
        given = self.fields(value, field, frozenset({"from", "to"}), _NONE)
        if given is None:
            return None
        first = self.stated_day(given, "from", f"{field}.")
        last = self.stated_day(given, "to", f"{field}.")
        if first is None or last is None:
            return None
        if last < first:
            self._out_of_order(f"{field}.to", "Kết thúc trước khi bắt đầu.", "The end lies before the beginning.")
            return None
        return StatedRevocation(first, last)

    # --- offences ---------------------------------------------------------------------------------------------------

    def offences(
        self, given: dict[str, object], dot: str, acted_on: date | None, *, may_be_empty: bool
    ) -> tuple[tuple[dict[str, Any], ...], set[str]]:
        """The offences as stated, and the parts of a licence that their codes name."""
        parts: set[str] = set()
        if "offences" not in given:
            return (), parts
        field, stated = f"{dot}offences", given["offences"]
        if type(stated) is not list:
            self.fault(field, "not_a_list", "Phải là một danh sách.", "Must be a list.")
            return (), parts
        if not stated and not may_be_empty:
            self.fault(field, "required", "Phải có ít nhất một hành vi.", "At least one offence is required.")
        if len(stated) > OFFENCES_MAX:
            self.fault(field, "too_long", f"Quá {OFFENCES_MAX} hành vi.", f"More than {OFFENCES_MAX} offences.")
            return (), parts
        found = [self.offence(item, f"{field}[{index}]", acted_on, parts) for index, item in enumerate(stated)]
        return tuple(offence for offence in found if offence is not None), parts

    def offence(self, value: object, field: str, acted_on: date | None, parts: set[str]) -> dict[str, Any] | None:
        if isinstance(value, dict) and "code" in value:
            given = self.fields(value, field, frozenset({"code"}), _NONE)
            assert given is not None
            return self.coded(given["code"], f"{field}.code", acted_on, parts) if "code" in given else None
        given = self.fields(value, field, frozenset({"points"}), frozenset({"drug"}))
        if given is None:
            return None
        points = None
        if "points" in given:
            points = self.integer(given["points"], f"{field}.points", low=1, high=HEAVIEST_LEVEL_POINTS)
        drug = self.boolean(given["drug"], f"{field}.drug") if "drug" in given else False
        if points is None or drug is None:
            return None
        if points not in self.under.stated_points:
            levels = ", ".join(map(str, sorted(self.under.stated_points)))
            self.fault(
                f"{field}.points",
                "not_in_schedule",
                f"Không phải mức trừ điểm của {self.under.id}; các mức: {levels}.",
                f"Not a level of {self.under.id}; the levels are {levels}.",
            )
            return None
        return {"points": points, "drug": drug}

    def coded(self, value: object, field: str, acted_on: date | None, parts: set[str]) -> dict[str, Any] | None:
        code = self.text(value, field, limit=60)
        if code is None:
            return None
        try:
            history = catalogue.history(code)
        except catalogue.UnknownCodeError:
            # What was given is not repeated: it may have come from another column.
            near = ", ".join(catalogue.nearest(code, self.under.id))
            hint_vi, hint_en = (f" Có phải: {near}?", f" Did you mean {near}?") if near else ("", "")
            self.fault(
                field, "unknown_code", f"Không có mã hành vi này.{hint_vi}", f"There is no such offence code.{hint_en}"
            )
            return None
        if not catalogue.is_of_profile(code, self.under.id):
            self.fault(
                field,
                "code_of_other_law",
                f"Mã {code} không thuộc {self.under.id}.",
                f"The code {code} is not one of {self.under.id}.",
            )
            return None
        if acted_on is None:
            row = history[-1]
        else:
            try:
                row = catalogue.offence(code, acted_on)
            except catalogue.CodeNotInForceError as error:
                self._not_in_force(field, error)
                return None
        if row.part is not None:
            parts.add(row.part)
        return {"code": code}

    def _not_in_force(self, field: str, error: catalogue.CodeNotInForceError) -> None:
        """Refused with both dates: the day of the act, and the first or the last day of the code (B17)."""
        act = error.acted_on.isoformat()
        if error.last_day is None:
            first = error.first_day.isoformat()
            vi = f"Mã {error.code} có hiệu lực từ {first}; hành vi xảy ra ngày {act}."
            en = f"The code {error.code} is in force from {first}; the act is of {act}."
        else:
            last = error.last_day.isoformat()
            vi = f"Mã {error.code} có hiệu lực đến hết {last}; hành vi xảy ra ngày {act}."
            en = f"The code {error.code} was in force until {last}; the act is of {act}."
        self.fault(field, "code_not_in_force", vi, en)

    def part(
        self, given: dict[str, object], dot: str, of_codes: set[str], *, foreign: bool
    ) -> Part | Literal[""] | None:
        """The part of the licence: as stated, else as the codes say; the vehicle driven chooses (reading 11)."""
        field = f"{dot}part"
        stated: Part | None = None
        if "part" in given:
            stated = next((part for part in PARTS if part == given["part"]), None)
            if stated is None:
                self.fault(field, "not_a_part", "Chỉ nhận motorcycle hoặc car.", "Must be motorcycle or car.")
                return None
        if len(of_codes) > 1:
            self.fault(
                field,
                "part_contradicts",
                "Các mã hành vi nói về cả mô tô lẫn ô tô: mỗi loại xe cần một quyết định riêng.",
                "The codes of the offences speak of both motorcycles and cars: send one decision for each vehicle.",
            )
            return None
        if stated is not None and of_codes - {stated}:
            self.fault(
                field,
                "part_contradicts",
                "Phần giấy phép đã ghi khác loại xe của mã hành vi: sửa phần giấy phép hoặc mã.",
                "The part stated is not that of the vehicle of the offence code: correct the part or the code.",
            )
            return None
        if stated is not None:
            return stated
        if of_codes:
            return next(part for part in PARTS if part in of_codes)
        if foreign:
            return ""
        self.fault(
            field,
            "part_unknown",
            "Không rõ phần mô tô hay ô tô: ghi part là motorcycle hoặc car.",
            "It is not clear which part of the licence is meant: state part as motorcycle or car.",
        )
        return None

    # --- annulment, amendment ---------------------------------------------------------------------------------------

    def annulment(self, value: object) -> StatedAnnulment | None:
        given = self.fields(value, "", _ANNULMENT_FIELDS, _NONE)
        if given is None:
            return None
        document = self.name_of_document(given, "document_number", "", NUMBER_MAX)
        return self._annulment(given, document)

    def _annulment(self, given: dict[str, object], document_number: str | None) -> StatedAnnulment | None:
        key = self.key(given, "")
        annulled_on = self.stated_day(given, "annulled_on", "")
        if annulled_on is not None and annulled_on > self.today:
            self._not_in_the_future("annulled_on")
        reason = self.text(given["reason"], "reason", limit=REASON_MAX) if "reason" in given else None
        if key is None or annulled_on is None or reason is None or document_number is None:
            return None
        return StatedAnnulment(*key, document_number=document_number, annulled_on=annulled_on, reason=reason)

    def amendment(self, value: object) -> StatedAmendment | None:
        given = self.fields(value, "", _AMENDMENT_FIELDS, _NONE)
        if given is None:
            return None
        decision = self.decision(given["decision"], "decision") if "decision" in given else None
        # Without a readable decision the rest is still read, for its own faults.
        annulment = self._annulment(given, decision.number if decision else "-")
        if annulment is None or decision is None:
            return None
        if decision.key == annulment.key:
            self.fault(
                "decision.number",
                "same_number",
                "Quyết định mới phải có số riêng.",
                "The new decision must have a number of its own.",
            )
            return None
        return StatedAmendment(annulment, decision)
