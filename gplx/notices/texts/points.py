"""What is told of each line of the points record: deduction, exhaustion, restoration, correction.

A line that other lines follow is told without what is out of date by now (`content["now"]`).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from gplx.law.profiles import FULL_BALANCE_POINTS, RESTORATION_MONTHS
from gplx.notices import phrases, wording
from gplx.notices.wording import PARTS, Said, Wording, count, day

VERSION = "3"

_COMPLAIN = Said(
    "Nếu không đồng ý, Ông/Bà khiếu nại với cơ quan đã ra quyết định. Khi quyết định bị hủy, điểm được tính lại"
    " như chưa từng có quyết định đó.",
    "If you disagree, complain to the authority that made the decision. Should it annul the decision, your points are"
    " computed as if it had never been made.",
)

_READ_ON = Said("Việc cần làm: đọc thông báo mới nhất.", "What to do: read the newest notice.")

_KINDS: dict[str, Wording] = {
    "deduction": Wording(
        "Giấy phép lái xe bị trừ {points} điểm, còn {balance} điểm",
        "{points_en} deducted from your licence, {balance} left",
        (
            "Ngày {on}, giấy phép lái xe ({part_vi}) của Ông/Bà bị trừ {points} điểm: từ {before} điểm còn {balance}"
            " điểm, theo {decision_vi}.",
            "{restated_vi}",
            "{offence_vi}",
            "{drive_vi}",
            "Việc cần làm: không phải nộp giấy tờ gì. Nếu không bị trừ điểm nữa, Ông/Bà được phục hồi đủ {full} điểm"
            " vào ngày {restores_on}. {complain_vi}",
            "Căn cứ: {basis_vi}.",
        ),
        (
            "On {on}, your driving licence ({part_en}) lost {points_en}: {before} before, {balance} after, by"
            " {decision_en}.",
            "{restated_en}",
            "{offence_en}",
            "{drive_en}",
            "What to do: there is nothing to file. If nothing more is deducted, you have all {full} points again on"
            " {restores_on}. {complain_en}",
            "Basis: {basis_en}.",
        ),
    ),
    "exhausted": Wording(
        "Giấy phép lái xe bị trừ hết điểm: không được điều khiển phương tiện từ ngày {on}",
        "All points of your licence are gone: you may not drive from {on}",
        (
            "Ngày {on}, giấy phép lái xe ({part_vi}) của Ông/Bà bị trừ {points} điểm: từ {before} điểm còn 0 điểm,"
            " theo {decision_vi}.",
            "{restated_vi}",
            "{offence_vi}",
            "Từ ngày này Ông/Bà không được điều khiển phương tiện theo giấy phép lái xe ({part_vi}). {revoked_vi}",
            "Việc cần làm: từ ngày {test_from} Ông/Bà được dự kiểm tra kiến thức pháp luật về trật tự, an toàn giao"
            " thông đường bộ (thời hạn chờ {wait_months} tháng: {ground_vi}).{certificate_vi} Đạt kết quả thì được"
            " phục hồi đủ {full} điểm; thời gian trôi qua không tự phục hồi điểm. {complain_vi}",
            "Căn cứ: {basis_vi}.",
        ),
        (
            "On {on}, your driving licence ({part_en}) lost {points_en}: {before} before, 0 after, by {decision_en}.",
            "{restated_en}",
            "{offence_en}",
            "From this day you may not drive under this licence ({part_en}). {revoked_en}",
            "What to do: from {test_from} you may take the knowledge test on road traffic law (a wait of {wait_months}"
            " months: {ground_en}).{certificate_en} Passing it restores all {full} points; time alone does not."
            " {complain_en}",
            "Basis: {basis_en}.",
        ),
    ),
    "absorbed": Wording(
        "Không trừ thêm điểm: quyết định có hiệu lực khi giấy phép lái xe đã hết điểm",
        "Nothing more deducted: the decision took effect when your licence had no points left",
        (
            "Ngày {on}, {decision_vi} có hiệu lực đối với giấy phép lái xe ({part_vi}) của Ông/Bà. Giấy phép đã bị trừ"
            " hết điểm từ trước: trước là 0 điểm, sau vẫn là 0 điểm.",
            "{restated_vi}",
            "{offence_vi}",
            "Thời hạn chờ kiểm tra không thay đổi. Ông/Bà vẫn không được điều khiển phương tiện. {revoked_vi}",
            "Việc cần làm: từ ngày {test_from} Ông/Bà được dự kiểm tra kiến thức pháp luật để được phục hồi đủ {full}"
            " điểm.{certificate_vi} {complain_vi}",
            "Căn cứ: {basis_vi}.",
        ),
        (
            "On {on}, {decision_en} took effect on your driving licence ({part_en}). Its points were gone already: 0"
            " before, 0 after.",
            "{restated_en}",
            "{offence_en}",
            "The wait for the test does not change. You still may not drive. {revoked_en}",
            "What to do: from {test_from} you may take the knowledge test that restores all {full} points."
            "{certificate_en} {complain_en}",
            "Basis: {basis_en}.",
        ),
    ),
    "not_deducted": Wording(
        "Không bị trừ điểm: quyết định có hiệu lực khi giấy phép lái xe đang bị tước quyền sử dụng",
        "No points deducted: the decision took effect while your licence was revoked",
        (
            "Ngày {on}, {decision_vi} có hiệu lực trong thời gian giấy phép lái xe ({part_vi}) của Ông/Bà đang bị tước"
            " quyền sử dụng, nên không bị trừ điểm: trước là {before} điểm, sau vẫn là {balance} điểm.",
            "{restated_vi}",
            "Trong thời gian bị tước quyền sử dụng, Ông/Bà không được điều khiển phương tiện theo giấy phép này."
            " {revoked_vi}",
            "Việc cần làm: không phải làm gì thêm về điểm. Thời hạn phục hồi điểm không thay đổi.",
            "Căn cứ: {basis_vi}.",
        ),
        (
            "On {on}, {decision_en} took effect while your driving licence ({part_en}) was revoked, so no points were"
            " deducted: {before} before, {balance} after.",
            "{restated_en}",
            "While it is revoked you may not drive under this licence. {revoked_en}",
            "What to do: nothing more about points. The day of restoration does not change.",
            "Basis: {basis_en}.",
        ),
    ),
    "restoration": Wording(
        "Giấy phép lái xe được phục hồi đủ {balance} điểm",
        "Your licence has all {balance} points again",
        (
            "Ngày {on}, giấy phép lái xe ({part_vi}) của Ông/Bà được phục hồi {points} điểm: từ {before} điểm lên"
            " {balance} điểm, vì trong {clean_months} tháng kể từ lần bị trừ điểm gần nhất Ông/Bà không bị trừ điểm.",
            "{restored_vi}",
            "Việc cần làm: không phải làm gì. Điểm được phục hồi tự động.",
            "Căn cứ: {basis_vi}.",
        ),
        (
            "On {on}, your driving licence ({part_en}) got {points_en} back: {before} before, {balance} after, because"
            " nothing was deducted in the {clean_months} months after the latest deduction.",
            "{restored_en}",
            "What to do: nothing. Points come back by themselves.",
            "Basis: {basis_en}.",
        ),
    ),
    "test_restoration": Wording(
        "Đạt kiểm tra kiến thức: giấy phép lái xe được phục hồi đủ {balance} điểm",
        "Test passed: your licence has all {balance} points again",
        (
            "Ngày {on}, Ông/Bà đạt kết quả kiểm tra kiến thức pháp luật; giấy phép lái xe ({part_vi}) được phục hồi"
            " {points} điểm: từ {before} điểm lên {balance} điểm.",
            "{restored_vi}",
            "Việc cần làm: không phải làm gì thêm.",
            "Căn cứ: {basis_vi}.",
        ),
        (
            "On {on} you passed the knowledge test; your driving licence ({part_en}) got {points_en} back: {before}"
            " before, {balance} after.",
            "{restored_en}",
            "What to do: nothing more.",
            "Basis: {basis_en}.",
        ),
    ),
    "reversal": Wording(
        "Đính chính: dòng “{voided_vi}” ngày {on} không còn giá trị",
        "Correction: the line “{voided_en}” of {on} is void",
        (
            "Dòng “{voided_vi}” ngày {on} trên giấy phép lái xe ({part_vi}) của Ông/Bà không còn giá trị, vì"
            " {because_vi}. {anew_vi}",
            "{state_vi}",
            "Việc cần làm: không phải làm gì về đính chính này. Những dòng được ghi lại, nếu có, có thông báo riêng.",
            "Căn cứ: {basis_vi}.",
        ),
        (
            "The line “{voided_en}” of {on} on your driving licence ({part_en}) is void, because {because_en}."
            " {anew_en}",
            "{state_en}",
            "What to do: nothing about this correction. Lines that are stated anew, if any, have notices of their own.",
            "Basis: {basis_en}.",
        ),
    ),
}


def _before_later_lines(kind: str, wordings: Wording) -> Wording:
    """The wording of a line that other lines follow: where things stood after it, and what to do, is out of date."""
    title_vi, title_en = "{line_vi} ngày {on}", "{line_en} on {on}"
    if kind == "exhausted":
        title_vi, title_en = (
            "Giấy phép lái xe bị trừ hết điểm ngày {on}",
            "All points of your licence were gone on {on}",
        )
    return Wording(
        f"{title_vi}; đã có dòng khác ghi sau đó",
        f"{title_en}; other lines follow it",
        (*wordings.vi[:-3], "{waited_vi}", "{later_vi} {state_vi}", _READ_ON.vi, wordings.vi[-1]),
        (*wordings.en[:-3], "{waited_en}", "{later_en} {state_en}", _READ_ON.en, wordings.en[-1]),
        words=_words,
    )


def _words(content: dict[str, Any]) -> dict[str, Any]:
    """Everything a text of any kind may name; what does not apply is empty."""
    points = abs(content["points"])
    wait = content.get("exhaustion") or {}
    said: dict[str, Said] = {
        "part": PARTS[content["part"]],
        "decision": wording.decision(content),
        "offence": wording.offence(content),
        "basis": wording.basis(content["sources"]),
        "ground": phrases.ground(wait),
        "certificate": phrases.certificate(wait),
        "complain": _COMPLAIN,
        "line": phrases.line("deduction" if content["points"] <= 0 else "restoration", points),
        "voided": phrases.line(**content["voided"]) if "voided" in content else Said("", ""),
        "later": phrases.later(content),
        "because": phrases.because(content),
        "state": phrases.state(content),
        "waited": phrases.waited(content),
        "revoked": wording.revoked(content),
        "restated": phrases.restated(content),
        "drive": phrases.drive(content),
        "restored": phrases.restored(content),
        "anew": phrases.anew(content),
    }
    on = date.fromisoformat(content["on"])
    words: dict[str, Any] = {
        "full": FULL_BALANCE_POINTS.on(on),
        "clean_months": RESTORATION_MONTHS.on(on),
        "on": day(content["on"]),
        "points": points,
        "points_en": count(points, "point"),
        "before": content["before"],
        "balance": content["balance"],
        "restores_on": day(content.get("restores_on")),
        "test_from": day(wait.get("test_from")),
        "wait_months": wait.get("months", ""),
    }
    for name, both in said.items():
        words[f"{name}_vi"], words[f"{name}_en"] = both
    return words


def _with_words(kind: str, one: Wording) -> Wording:
    one = one._replace(words=_words)
    return one if kind == "reversal" else one._replace(followed=_before_later_lines(kind, one))


KINDS: dict[str, Wording] = {kind: _with_words(kind, one) for kind, one in _KINDS.items()}
