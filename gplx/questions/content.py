"""What one version of a question says, as a value: checked, compared and digested before it is recorded."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from gplx.law import catalogue
from gplx.law.knowledge_test import FIRST_DAY
from gplx.law.sources import INSTRUMENTS
from gplx.questions.models import Group, Origin, QuestionVersion, Topic
from gplx.questions.pictures import PICTURES

TEXT_LENGTH_MAX = 400
OPTION_LENGTH_MAX = 260
OPTIONS_MIN, OPTIONS_MAX = 2, 4
KEY_LENGTH_MAX = 40


class Option(NamedTuple):
    """One answer to choose from."""

    vi: str
    en: str


class Fault(NamedTuple):
    """Why a question is not taken: the field, a code, and the reason in both languages."""

    field: str
    code: str
    message_vi: str
    message_en: str


@dataclass(frozen=True, slots=True)
class Content:
    """Everything one version says; the fields are those of `QuestionVersion`, `sources` as pairs.

    Attributes:
        offence_points: what the question says an act costs, checked against the catalogue; None where it states none.
    """

    topic: str
    groups: tuple[str, ...]
    is_fatal: bool
    text_vi: str
    text_en: str
    options: tuple[Option, ...]
    correct: int
    why_vi: str
    why_en: str
    sources: tuple[tuple[str, str], ...]
    valid_from: date
    valid_to: date | None = None
    offence_code: str = ""
    offence_points: int | None = None
    picture: str = ""
    is_withdrawn: bool = False

    def digest(self) -> str:
        """SHA-256 over the fields in a fixed order, as JSON in UTF-8."""
        said: list[Any] = [
            self.topic,
            sorted(self.groups),
            self.is_fatal,
            self.text_vi,
            self.text_en,
            [list(option) for option in self.options],
            self.correct,
            self.why_vi,
            self.why_en,
            [list(source) for source in self.sources],
            self.valid_from.isoformat(),
            self.valid_to.isoformat() if self.valid_to else None,
            self.offence_code,
            self.picture,
            self.is_withdrawn,
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()

    def everything(self) -> str:
        """All its words in both languages."""
        options = [word for option in self.options for word in option]
        return " ".join([self.text_vi, self.text_en, *options, self.why_vi, self.why_en])


def content(version: QuestionVersion) -> Content:
    """What a recorded version says."""
    return Content(
        topic=version.topic,
        groups=tuple(version.groups),
        is_fatal=version.is_fatal,
        text_vi=version.text_vi,
        text_en=version.text_en,
        options=tuple(Option(option["vi"], option["en"]) for option in version.options),
        correct=version.correct,
        why_vi=version.why_vi,
        why_en=version.why_en,
        sources=tuple((instrument, locator) for instrument, locator in version.sources),
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        offence_code=version.offence_code,
        picture=version.picture,
        is_withdrawn=version.is_withdrawn,
    )


def faults(said: Content, origin: str = Origin.OWN) -> Iterator[Fault]:
    """What is wrong with a version; nothing when it may be recorded.

    The official set is taken as it is: it may lack English, explanation and source. Ours may not.
    """
    is_own = origin == Origin.OWN
    yield from _wording_faults(said, is_own=is_own)
    yield from _option_faults(said, is_own=is_own)
    if said.topic not in Topic.values:
        yield Fault("topic", "unknown", f"Không có chủ đề “{said.topic}”.", f"There is no topic “{said.topic}”.")
    strange = [group for group in said.groups if group not in Group.values]
    if strange or not said.groups:
        names = ", ".join(strange)
        yield Fault("groups", "unknown", f"Loại xe không đúng: {names}.", f"Not vehicle groups: {names}.")
    if not said.sources and is_own:
        yield Fault("sources", "missing", "Thiếu căn cứ pháp lý.", "The legal source is missing.")
    for instrument, locator in said.sources:
        if instrument not in INSTRUMENTS or not locator:
            yield Fault("sources", "unknown", f"Không rõ văn bản {instrument}.", f"Unknown instrument {instrument}.")
    if said.picture and said.picture not in PICTURES:
        yield Fault("picture", "unknown", f"Không có hình {said.picture}.", f"There is no drawing {said.picture}.")
    if said.valid_from < FIRST_DAY:
        yield Fault("valid_from", "too_early", "Áp dụng từ trước 01/01/2025.", "It begins before 2025-01-01.")
    if said.valid_to is not None and said.valid_to < said.valid_from:
        yield Fault("valid_to", "too_early", "Ngày cuối trước ngày đầu.", "It ends before it begins.")
    yield from _points_faults(said)


def _wording_faults(said: Content, *, is_own: bool) -> Iterator[Fault]:
    named = [("text_vi", said.text_vi), ("text_en", said.text_en), ("why_vi", said.why_vi), ("why_en", said.why_en)]
    for name, words in named:
        if not words.strip() and (is_own or name == "text_vi"):
            yield Fault(name, "missing", "Không được để trống.", "It may not be empty.")
        if len(words) > TEXT_LENGTH_MAX:
            most = TEXT_LENGTH_MAX
            yield Fault(name, "too_long", f"Dài quá {most} ký tự.", f"Longer than {most} characters.")
    if unicodedata.normalize("NFC", said.everything()) != said.everything():
        yield Fault("text_vi", "not_composed", "Chữ phải ở dạng NFC.", "The text must be in the form NFC.")


def _option_faults(said: Content, *, is_own: bool) -> Iterator[Fault]:
    if not OPTIONS_MIN <= len(said.options) <= OPTIONS_MAX:
        yield Fault("options", "count", "Phải có từ 2 đến 4 phương án.", "There must be 2 to 4 options.")
    for option in said.options:
        if not option.vi.strip() or (is_own and not option.en.strip()):
            yield Fault("options", "missing", "Phương án để trống.", "An option is empty.")
        if max(map(len, option)) > OPTION_LENGTH_MAX:
            most = OPTION_LENGTH_MAX
            yield Fault(
                "options", "too_long", f"Phương án dài quá {most} ký tự.", f"An option is over {most} characters."
            )
    for language in (0, 1):
        written = [option[language].casefold() for option in said.options if option[language]]
        if len(set(written)) != len(written):
            yield Fault("options", "same", "Hai phương án giống nhau.", "Two options are the same.")
    if not 0 <= said.correct < len(said.options):
        yield Fault("correct", "unknown", "Đáp án không có trong các phương án.", "The right answer is none of them.")


def _points_faults(said: Content) -> Iterator[Fault]:
    """Points that a question states must be those of the catalogue, on each day the question is asked."""
    if not said.offence_code:
        return
    try:
        rows = catalogue.history(said.offence_code)
        on_first_day = catalogue.offence(said.offence_code, said.valid_from)
    except (catalogue.UnknownCodeError, catalogue.CodeNotInForceError):
        code = said.offence_code
        yield Fault("offence_code", "unknown", f"Không có hành vi {code}.", f"There is no offence {code} on that day.")
        return
    last = said.valid_to or date.max
    levels = {on_first_day.points, *(row.points for row in rows if said.valid_from < row.first_day <= last)}
    if said.offence_points is not None and levels != {said.offence_points}:
        are = ", ".join(map(str, sorted(levels)))
        yield Fault("offence_points", "wrong", f"Danh mục ghi {are} điểm.", f"The catalogue says {are} points.")
