"""Tra cứu luật: hành vi trừ điểm, việc đổi giấy phép, và phần nào của luật đã được xây dựng.

Look up the law: offences that cost points, the exchange of a licence, and what of the law is built.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import sys
import textwrap
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeAlias, get_args

from gplx.law import catalogue, coverage
from gplx.law.catalogue import CodeNotInForceError, KnownCount, Offence, UnknownCodeError
from gplx.law.exchange_dossier import Case
from gplx.law.exchange_summary import CannotAnswerError, Question, described, summary
from gplx.law.licences import Regime, Sex, UnknownClassError
from gplx.law.periods import NotInForceError
from gplx.law.portal_codes import Channel
from gplx.law.profiles import DEFAULT_PROFILE, DRAFT, PROFILES

Json: TypeAlias = dict[str, Any]

_BAD_INPUT = 2
_WIDTH = 100
_VEHICLES = {
    "car": ("ô tô", "car"),
    "motorcycle": ("xe máy", "motorcycle"),
    "specialised": ("xe máy chuyên dùng", "specialised machine"),
    "other": ("mọi loại xe", "any vehicle"),
}
_STATUS = {
    "built": ("đã xây dựng", "built"),
    "partly": ("một phần", "partly built"),
    "not_built": ("chưa xây dựng", "not built yet"),
    "not_automatable": ("không tự động hóa được", "not automatable"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The sub-commands of `gplx law`."""
    commands = parser.add_subparsers(dest="law_command", required=True, metavar="LỆNH")

    show = commands.add_parser("show", help="một hành vi / one offence")
    show.add_argument("code", metavar="MÃ", help="168/2024:6.9.b (hoặc 6.9.b), draft-2024:car.speed.over35")
    show.add_argument("--on", type=_day, metavar="NGÀY", help="ngày vi phạm / day of the act, YYYY-MM-DD")
    show.set_defaults(handle=_show)

    listing = commands.add_parser("list", help="danh mục hành vi trừ điểm / offences that cost points")
    listing.add_argument("--level", type=int, choices=range(1, 13), metavar="ĐIỂM", help="số điểm / points")
    listing.add_argument("--vehicle", choices=sorted(_VEHICLES), help="loại xe / vehicle")
    listing.add_argument("--article", metavar="ĐIỀU", help="điều của 168/2024 / article of 168/2024")
    listing.add_argument("--text", default="", metavar="CHỮ", help="từ cần tìm, có dấu hoặc không / words to find")
    listing.add_argument("--on", type=_day, metavar="NGÀY", help="ngày vi phạm; mặc định: theo bảng mới nhất")
    listing.add_argument("--law", choices=sorted(PROFILES), default=DEFAULT_PROFILE.id, help="văn bản / body of law")
    listing.set_defaults(handle=_list)

    covered = commands.add_parser("coverage", help="từng quy định và quy tắc, kiểm thử của nó / what is built")
    covered.add_argument("--open", action="store_true", help="chỉ phần chưa xong / only what is not finished")
    covered.set_defaults(handle=_coverage)

    exchange = commands.add_parser("exchange", help="đổi giấy phép: cần gì, được gì / what an exchange needs and gives")
    exchange.add_argument("--class", dest="category", required=True, metavar="HẠNG", help="B2, B1_AUTO, C…")
    exchange.add_argument("--issued", type=_day, required=True, metavar="NGÀY", help="ngày cấp / day of issue")
    exchange.add_argument("--expires", type=_day, metavar="NGÀY", help="ngày hết hạn in trên thẻ / printed expiry")
    exchange.add_argument("--on", type=_day, required=True, metavar="NGÀY", help="ngày hồ sơ đủ / dossier complete on")
    exchange.add_argument("--regime", choices=get_args(Regime), help="mặc định: theo ngày cấp / default: by issue")
    exchange.add_argument("--born", type=_day, metavar="NGÀY", help="ngày sinh / birth date")
    exchange.add_argument("--sex", choices=get_args(Sex), help="giới tính / sex")
    exchange.add_argument("--to", metavar="HẠNG", help="hạng muốn đổi / class asked for")
    exchange.add_argument("--case", choices=get_args(Case), default="before_expiry", help="trường hợp / case")
    exchange.add_argument("--counter", action="store_true", help="nộp trực tiếp / filed at a counter")
    exchange.add_argument("--hardship", action="store_true", help="ốm đau, thiên tai, hỏa hoạn, dịch bệnh / hardship")
    exchange.set_defaults(handle=_exchange)

    for command in (show, listing, covered, exchange):
        command.add_argument("--json", action="store_true", help="in ra JSON / print JSON")
        command.add_argument("--lang", choices=("vi", "en"), default="vi", help="ngôn ngữ / language")


def run(arguments: argparse.Namespace) -> int:
    """Run one sub-command; its exit status: 0, or 2 for what is unknown or was not in force."""
    return int(arguments.handle(arguments))


# --- show -------------------------------------------------------------------------------------------------------


def _show(arguments: argparse.Namespace) -> int:
    english = arguments.lang == "en"
    code = arguments.code if ":" in arguments.code else catalogue.ENACTED_PREFIX + arguments.code
    try:
        if arguments.on is None:
            rows: Sequence[Offence] = catalogue.history(code)
        else:
            rows = [catalogue.offence(code, arguments.on)]
    except UnknownCodeError:
        return _refuse(_unknown_code(arguments.code, catalogue.nearest(code, DRAFT.id), english))
    except CodeNotInForceError as error:
        return _refuse(str(error) if english else _not_in_force(error))
    if arguments.json:
        _print_json([_as_json(row) for row in rows] if arguments.on is None else _as_json(rows[0]))
    else:
        _print("\n\n".join(_described(row, english) for row in rows))
    return 0


def _unknown_code(code: str, nearest: list[str], english: bool) -> str:
    said = f"no offence has the code {code}" if english else f"không có hành vi nào mang mã {code}"
    if nearest:
        said += f"\n{'did you mean' if english else 'có phải'}: {', '.join(nearest)}"
    return said


def _not_in_force(error: CodeNotInForceError) -> str:
    if error.last_day is not None:
        return (
            f"{error.code} chỉ có hiệu lực đến {error.last_day.isoformat()}; vi phạm ngày {error.acted_on.isoformat()}"
        )
    return f"{error.code} có hiệu lực từ {error.first_day.isoformat()}; vi phạm ngày {error.acted_on.isoformat()}"


def _described(row: Offence, english: bool) -> str:
    points = f"{row.points} {'points' if english else 'điểm'}"
    vehicle = _VEHICLES[row.vehicle_group][english]
    summary, other = (row.summary_en, row.summary_vi) if english else (row.summary_vi, row.summary_en)
    lines = [f"{row.code}    {points}    {vehicle}", f"  {summary}", f"  {other}", ""]
    facts = {
        "from" if english else "từ ngày": row.first_day.isoformat(),
        "provision" if english else "quy định": _provision(row, english),
        "deducted by" if english else "trừ điểm theo": row.deduct_clause,
        "fine" if english else "phạt tiền": _fine(row),
        "drug offence" if english else "ma túy": ("yes" if english else "có") if row.drug else "",
        "same act in the decree" if english else "trong nghị định": ", ".join(row.nearest),
        "certainty" if english else "độ chắc chắn": row.certainty,
        "reported by" if english else "theo": row.reported_by,
        "note" if english else "ghi chú (en)": row.notes,
        "source" if english else "nguồn": str(row.source),
    }
    width = max(map(len, facts)) + 2
    for name, value in facts.items():
        if value:
            lines.append(
                textwrap.fill(value, _WIDTH, initial_indent=f"  {name:<{width}}", subsequent_indent=" " * (width + 2))
            )
    return "\n".join(lines)


def _provision(row: Offence, english: bool) -> str:
    names = ("article", "clause", "point") if english else ("Điều", "khoản", "điểm")
    named = zip(names, (row.article, row.clause, row.point), strict=True)
    return ", ".join(f"{name} {number}" for name, number in named if number)


def _fine(row: Offence) -> str:
    if row.fine_min_vnd is None or row.fine_max_vnd is None:
        return ""
    return f"{_money(row.fine_min_vnd)}–{_money(row.fine_max_vnd)} đ"


def _money(dong: int) -> str:
    return f"{dong:,}".replace(",", ".")


# --- list -------------------------------------------------------------------------------------------------------


def _list(arguments: argparse.Namespace) -> int:
    english = arguments.lang == "en"
    day = arguments.on or catalogue.first_days()[-1]
    rows = catalogue.search(
        day,
        arguments.law,
        level=arguments.level,
        vehicle=arguments.vehicle,
        article=arguments.article,
        text=arguments.text,
    )
    known = catalogue.known_count(arguments.law)
    if arguments.json:
        _print_json(
            {
                "law": arguments.law,
                "on": day.isoformat(),
                "known": {"topics": known.topics, "topics_in_all": known.topics_in_all},
                "offences": [_as_json(row) for row in rows],
            }
        )
        return 0
    if rows:
        heads = ("CODE", "POINTS", "VEHICLE", "OFFENCE") if english else ("MÃ", "ĐIỂM", "LOẠI XE", "HÀNH VI")
        cells = [
            (
                row.code,
                str(row.points),
                _VEHICLES[row.vehicle_group][english],
                row.summary_en if english else row.summary_vi,
            )
            for row in rows
        ]
        _print(_aligned([heads, *cells], right={1}) + "\n")
    _print(_footer(len(rows), day, arguments.law, known, english))
    return 0


def _footer(count: int, day: date, law: str, known: KnownCount, english: bool) -> str:
    profile = PROFILES[law]
    if english:
        said = f"{count} offences, {profile.title_en}, acts of {day.isoformat()}."
    else:
        said = f"{count} hành vi, {profile.title_vi}, vi phạm ngày {day.isoformat()}."
    if not known.is_complete:
        if english:
            said += (
                f"\nOf the draft's {known.topics_in_all} behaviours {known.topics} are public; "
                f"of the {known.twelve_point_topics_in_all} at 12 points, {known.twelve_point_topics}."
            )
        else:
            said += (
                f"\nTrong {known.topics_in_all} hành vi của dự thảo, {known.topics} hành vi đã công khai; "
                f"trong {known.twelve_point_topics_in_all} hành vi bị trừ 12 điểm, {known.twelve_point_topics}."
            )
    return said


# --- coverage ---------------------------------------------------------------------------------------------------


def _coverage(arguments: argparse.Namespace) -> int:
    english = arguments.lang == "en"
    shown = [row for row in coverage.provisions() if row.is_open or not arguments.open]
    if arguments.json:
        _print_json(
            [
                {
                    "source": str(row.source),
                    "status": row.status,
                    "says_vi": row.says_vi,
                    "says_en": row.says_en,
                    "rules": row.rules,
                    "tests": row.tests,
                    "note_vi": row.note_vi,
                    "note_en": row.note_en,
                }
                for row in shown
            ]
        )
        return 0
    for row in shown:
        note = row.note_en if english else row.note_vi
        lines = [f"{row.source}    [{_STATUS[row.status][english]}]", f"  {row.says_en if english else row.says_vi}"]
        lines += [f"    {'rule' if english else 'quy tắc'}  {rule}" for rule in row.rules]
        lines += [f"    {'test' if english else 'kiểm thử'}  {test}" for test in row.tests]
        if note:
            because = "because " if english else "vì "
            why = because + note if row.status == "not_automatable" else note
            lines.append(textwrap.fill(why, _WIDTH, initial_indent="    ", subsequent_indent="    "))
        _print("\n".join(lines) + "\n")
    counts = {status: sum(row.status == status for row in coverage.provisions()) for status in _STATUS}
    _print(" · ".join(f"{_STATUS[status][english]}: {count}" for status, count in counts.items()))
    return 0


# --- exchange ---------------------------------------------------------------------------------------------------


def _exchange(arguments: argparse.Namespace) -> int:
    question = Question(
        category=arguments.category,
        issue_date=arguments.issued,
        expiry_date=arguments.expires,
        on=arguments.on,
        birth_date=arguments.born,
        sex=arguments.sex,
        regime=arguments.regime,
        target=arguments.to,
        case=arguments.case,
        channel=Channel.COUNTER if arguments.counter else Channel.ONLINE,
        hardship=arguments.hardship,
    )
    try:
        said = summary(question)
    except (CannotAnswerError, UnknownClassError) as error:
        return _refuse(str(error))
    except NotInForceError:
        return _refuse(f"không có quy tắc ngày / no rules are known for {arguments.on.isoformat()}")
    if arguments.json:
        _print_json(said)
    else:
        _print(described(said, english=arguments.lang == "en"))
    return 0


# --- output -----------------------------------------------------------------------------------------------------


def _as_json(row: Offence) -> Json:
    return {
        "code": row.code,
        "points": row.points,
        "drug": row.drug,
        "vehicle_group": row.vehicle_group,
        "part": row.part,
        "article": row.article,
        "clause": row.clause,
        "point": row.point,
        "summary_vi": row.summary_vi,
        "summary_en": row.summary_en,
        "fine_min_vnd": row.fine_min_vnd,
        "fine_max_vnd": row.fine_max_vnd,
        "deduct_clause": row.deduct_clause,
        "notes": row.notes,
        "first_day": row.first_day.isoformat(),
        "source": str(row.source),
        "nearest": row.nearest,
        "certainty": row.certainty,
        "reported_by": row.reported_by,
    }


def _aligned(table: Sequence[Sequence[str]], right: Iterable[int]) -> str:
    """Columns side by side; the last one is not padded."""
    right = set(right)
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]) - 1)]
    return "\n".join(
        "  ".join(
            [
                *(
                    cell.rjust(width) if column in right else cell.ljust(width)
                    for column, (cell, width) in enumerate(zip(line, widths, strict=False))
                ),
                line[-1],
            ]
        )
        for line in table
    )


def _day(written: str) -> date:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written):
        with contextlib.suppress(ValueError):
            return date.fromisoformat(written)
    raise argparse.ArgumentTypeError(f"không phải ngày / not a day (YYYY-MM-DD): {written}")


def _print(words: str) -> None:
    sys.stdout.write(words + "\n")


def _print_json(value: object) -> None:
    _print(json.dumps(value, ensure_ascii=False, indent=2))


def _refuse(why: str) -> int:
    sys.stderr.write(f"gplx law: {why}\n")
    return _BAD_INPUT
