"""What an exchange on a day would need and give: the answer of `gplx law exchange`, as data and in words."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from gplx.law import fees
from gplx.law.exchange_classes import Choice, choices, term_end
from gplx.law.exchange_dossier import CASE_NAMES, Application, Case, RuleSet, after_expiry, needed_documents
from gplx.law.exchange_rules import rule_set
from gplx.law.exchange_time import Event, due
from gplx.law.licences import LicenceClass, Regime, Sex, expiry_date, licence_class, regime_on
from gplx.law.portal_codes import Channel
from gplx.law.sources import cite

Json: TypeAlias = dict[str, Any]

_WIDTH = 100
_MIDDLE_AGE_YEARS = 40
"""Stands in where no birth date is given: no age of the law is met or passed."""

_OUTCOMES = {
    "exchange": ("được đổi", "can be exchanged"),
    "theory_test": ("phải sát hạch lại lý thuyết", "the theory test has to be taken again"),
    "theory_and_practice": ("phải sát hạch lại lý thuyết và thực hành", "theory and practice have to be taken again"),
}
_REGIMES: dict[str, tuple[str, str]] = {
    "pre-2025": ("hệ thống trước 2025", "classes before 2025"),
    "2025": ("hệ thống từ 2025", "classes since 2025"),
}


class CannotAnswerError(ValueError):
    """Something the answer rests on is missing; the message says what, in Vietnamese and English."""


@dataclass(frozen=True, slots=True)
class Question:
    """What `gplx law exchange` is asked. Without a birth date, ages are not looked at."""

    category: str
    issue_date: date
    expiry_date: date | None
    on: date
    birth_date: date | None = None
    sex: Sex | None = None
    regime: Regime | None = None
    target: str | None = None
    case: Case = "before_expiry"
    channel: Channel = Channel.ONLINE
    hardship: bool = False


def summary(question: Question) -> Json:
    """The answer as plain data: days as YYYY-MM-DD, amounts in đồng, each part with its provision.

    Raises:
        CannotAnswerError: the birth date is missing, the case or the class is not one of these rules.
        UnknownClassError: no such class in that regime.
        NotInForceError: before the pilot.

    Source:
        as the functions it puts together: `exchange_dossier`, `exchange_classes`, `exchange_time`, `fees`.
    """
    rules = rule_set(question.on)
    held = licence_class(question.category, question.regime or regime_on(question.issue_date))
    if question.case not in rules.cases:
        raise CannotAnswerError(f"{rules.id}: không có trường hợp / no such case: {question.case}")
    ended = question.expiry_date or _computed_end(question, held)
    state = after_expiry(rules, expiry_date=ended, filed_on=question.on, hardship=question.hardship)
    said: Json = {
        "class": held.code,
        "regime": held.regime,
        "on": question.on.isoformat(),
        "rules": rules.id,
        "articles": [str(article) for article in rules.articles],
        "not_verified_vi": rules.caution_vi,
        "not_verified_en": rules.caution_en,
        "body_vi": rules.body_vi,
        "body_en": rules.body_en,
        "case": question.case,
        "case_source": str(rules.cases[question.case]),
        "ages_looked_at": question.birth_date is not None,
        "expires": _written(ended),
        "outcome": state.outcome,
        "outcome_inferred": state.inferred,
        "outcome_by_relief": state.by_relief,
        "outcome_until": _written(state.last_day),
        "outcome_source": str(state.source),
    }
    if state.outcome == "exchange":
        said |= _given(question, held, rules)
    return said


def _given(question: Question, held: LicenceClass, rules: RuleSet) -> Json:
    born, sex = _person(question)
    offered = choices(held, rules, birth_date=born, sex=sex, on=question.on)
    chosen = next((one for one in offered if question.target in (None, one.target.code)), None)
    if offered and chosen is None:
        names = ", ".join(choice.target.code for choice in offered)
        raise CannotAnswerError(f"hạng có thể đổi / classes to choose from: {names}")
    quoted = {channel: fees.quote(channel, question.on) for channel in (Channel.ONLINE, Channel.COUNTER)}
    found = due(question.on, [Event("complete", question.on)])
    return {
        "choices": [_as_json(choice, question, born, sex) for choice in offered],
        "documents": _documents(question, rules, chosen),
        "grounds": [
            {
                "code": ground.code,
                "says_vi": ground.says_vi,
                "says_en": ground.says_en,
                "final": ground.final,
                "source": str(ground.source),
            }
            for ground in rules.grounds
        ],
        "fee_online_vnd": quoted[Channel.ONLINE].amount_vnd,
        "fee_counter_vnd": quoted[Channel.COUNTER].amount_vnd,
        "fee_source": str(quoted[Channel.ONLINE].source),
        "fee_mark": quoted[Channel.ONLINE].mark,
        "due": _written(found.end.day if found.end else None),
        "due_half": found.end.half if found.end else None,
        "due_is_announced": found.is_announced,
        "due_mark": found.mark,
        "due_steps": [
            {"day": step.day.isoformat(), "says_vi": step.says_vi, "says_en": step.says_en, "source": str(step.source)}
            for step in found.steps
        ],
        "points_source": str(cite("36/2024/QH15", "art. 58(4)")) if rules.id != "R1" else "",
    }


def _documents(question: Question, rules: RuleSet, chosen: Choice | None) -> list[Json]:
    if chosen is None:
        return []
    asked = Application(question.case, chosen.target, online=question.channel is Channel.ONLINE)
    return [
        {"code": one.code, "name_vi": one.name_vi, "name_en": one.name_en, "source": str(one.source)}
        for one in needed_documents(rules, asked)
    ]


def _as_json(choice: Choice, question: Question, born: date, sex: Sex) -> Json:
    rests_on_age = choice.target.ends_at_age is not None and question.birth_date is None
    end = None if rests_on_age else term_end(choice.target, issue_date=question.on, birth_date=born, sex=sex)
    return {
        "class": choice.target.code,
        "kind": choice.kind,
        "until": _written(end),
        "until_is_known": not rests_on_age,
        "restriction_vi": choice.restriction_vi,
        "restriction_en": choice.restriction_en,
        "certificate_vi": choice.certificate_vi,
        "certificate_en": choice.certificate_en,
        "from_day": _written(choice.from_day),
        "without_largest": choice.without_largest,
        "source": str(choice.source),
    }


def _person(question: Question) -> tuple[date, Sex]:
    if question.birth_date is None:
        return date(question.on.year - _MIDDLE_AGE_YEARS, 1, 1), "male"
    if question.sex is None:
        raise CannotAnswerError("--born cần --sex / --born needs --sex")
    return question.birth_date, question.sex


def _computed_end(question: Question, held: LicenceClass) -> date | None:
    """The day on which a licence ends whose printed day was not given."""
    if held.ends_at_age is not None and question.birth_date is None:
        raise CannotAnswerError(f"hạng {held.code}: cần --expires hoặc --born / needs --expires or --born")
    born, sex = _person(question)
    return expiry_date(held, issue_date=question.issue_date, birth_date=born, sex=sex)


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


# -- in words --------------------------------------------------------------------------------------------------------


def described(said: Json, *, english: bool) -> str:
    """The answer in words, one part a paragraph, each with its provision in brackets."""
    language = "en" if english else "vi"

    def word(vi: str, en: str) -> str:
        return en if english else vi

    lines = [
        word(
            f"Đổi giấy phép lái xe hạng {said['class']} ({_REGIMES[said['regime']][0]}), hồ sơ đủ ngày {said['on']}",
            f"Exchange of class {said['class']} ({_REGIMES[said['regime']][1]}), dossier complete on {said['on']}",
        ),
        _line(f"{said['rules']}: {said[f'body_{language}']}", "; ".join(said["articles"])),
        _line(CASE_NAMES[said["case"]][english], said["case_source"]),
    ]
    if said[f"not_verified_{language}"]:
        lines.append(_line(f"{word('CHƯA KIỂM CHỨNG', 'NOT VERIFIED')}: {said[f'not_verified_{language}']}"))
    if not said["ages_looked_at"]:
        lines.append(_line(word("không xét tuổi (thêm --born, --sex)", "ages are not looked at (add --born, --sex)")))
    expires = word("không thời hạn", "never expires")
    if said["expires"]:
        expires = f"{word('hết hạn', 'expires')} {said['expires']}"
    outcome = f"{expires}: {_OUTCOMES[said['outcome']][english]}"
    if said["outcome_inferred"]:
        outcome += word(" (văn bản không nói rõ)", " (no text says so in words)")
    if said["outcome_by_relief"]:
        outcome += word(", kèm giấy tờ chứng minh lý do", ", with proof of the reason")
    lines.append(_line(outcome, said["outcome_source"]))
    if said["outcome"] != "exchange":
        return "\n".join(lines)
    if not said["choices"]:
        return "\n".join([*lines, _line(word("không có hạng nào thay cho hạng này", "no class replaces this one"))])
    lines += ["", word("Hạng có thể đổi", "Classes to choose from")]
    lines += [_line(*_choice(choice, english)) for choice in said["choices"]]
    lines += ["", word("Hồ sơ", "Documents")]
    lines += [_line(one[f"name_{language}"], one["source"]) for one in said["documents"]]
    lines += ["", word("Không đổi khi", "No exchange when")]
    for ground in said["grounds"]:
        later = "" if ground["final"] else word(" (đổi được khi đã xong)", " (possible once it is finished)")
        lines.append(_line(ground[f"says_{language}"] + later, ground["source"]))
    online, counter = (f"{said[name]:,}".replace(",", ".") for name in ("fee_online_vnd", "fee_counter_vnd"))
    fee = word(f"{online} đ trực tuyến, {counter} đ trực tiếp", f"{online} đ online, {counter} đ at the counter")
    lines += ["", word("Lệ phí", "Fee"), _line(fee + _reported(said["fee_mark"], english), said["fee_source"])]
    lines += ["", word("Thời hạn", "Time limit")]
    *before, last = said["due_steps"]
    lines += [_line(f"{step['day']}  {step[f'says_{language}']}", step["source"]) for step in before]
    lines.append(
        _line(f"{last['day']}  {last[f'says_{language}']}{_reported(said['due_mark'], english)}", last["source"])
    )
    if not said["due_is_announced"]:
        lines.append(_line(word("lịch nghỉ của năm này chưa có trong bảng", "the days off of this year are not known")))
    if said["points_source"]:
        kept = word("giữ nguyên số điểm và các mốc thời gian", "points and their clocks go on")
        lines += ["", word("Điểm", "Points"), _line(kept, said["points_source"])]
    return "\n".join(lines)


def _choice(choice: Json, english: bool) -> tuple[str, str]:
    language = "en" if english else "vi"
    if not choice["until_is_known"]:
        until = "until an age (--born)" if english else "hạn theo tuổi (--born)"
    elif choice["until"]:
        until = f"until {choice['until']}" if english else f"đến {choice['until']}"
    else:
        until = "no expiry" if english else "không thời hạn"
    parts = [f"{choice['class']}: {until}"]
    if choice["kind"] in ("downgrade", "over_age"):
        parts.append("lower class" if english else "hạng thấp hơn")
    parts += [choice[f"{name}_{language}"] for name in ("restriction", "certificate") if choice[f"{name}_{language}"]]
    if choice["from_day"]:
        parts.append(f"from {choice['from_day']}" if english else f"từ ngày {choice['from_day']}")
    if choice["without_largest"]:
        parts.append("not over 29 seats, no sleepers" if english else "không lái xe trên 29 chỗ, giường nằm")
    return "; ".join(parts), choice["source"]


def _reported(mark: str | None, english: bool) -> str:
    return "" if mark == "V" else " (reported, text not read)" if english else " (theo nguồn khác, chưa đọc văn bản)"


def _line(words: str, source: str = "") -> str:
    text = f"{words}  [{source}]" if source else words
    return textwrap.fill(text, _WIDTH, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False)
