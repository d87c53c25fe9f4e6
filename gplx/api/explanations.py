"""One plain sentence for each line and finding of a statement, in Vietnamese and English."""

from __future__ import annotations

from gplx.law import points as law
from gplx.law.profiles import RESTORATION_MONTHS
from gplx.notices import wording
from gplx.notices.wording import Said


def of_line(line: law.Line) -> Said:
    """What happened on this line, and what follows from it."""
    on = line.on.strftime("%d/%m/%Y")
    if line.kind == "deduction":
        return _deduction(line, on)
    if line.kind == "not_deducted":
        return Said(
            f"Ngày {on}: không trừ điểm vì giấy phép lái xe đang bị tước quyền sử dụng.",
            f"{on}: no points were taken, because the right to use the licence was revoked on that day.",
        )
    gained = line.points
    if line.kind == "restoration":
        months = RESTORATION_MONTHS.on(line.on)
        return Said(
            f"Ngày {on}: được phục hồi {gained} điểm vì {months} tháng liền không bị trừ điểm.",
            f"{on}: {wording.count(gained, 'point')} given back after {months} months in a row without a deduction.",
        )
    return Said(
        f"Ngày {on}: được phục hồi đủ {gained} điểm vì đạt bài kiểm tra kiến thức.",
        f"{on}: all {gained} points given back, because the knowledge test was passed.",
    )


def _deduction(line: law.Line, on: str) -> Said:
    assert line.decision is not None
    acted = line.decision.acted_on.strftime("%d/%m/%Y")
    taken = -line.points
    if not taken:
        return Said(
            f"Ngày {on}: hành vi ngày {acted} không làm mất thêm điểm vì đã hết điểm.",
            f"{on}: the act of {acted} took nothing more, because no points were left.",
        )
    level = law.heaviest(line.decision.offences).points
    vi = f"Ngày {on}: bị trừ {taken} điểm vì hành vi ngày {acted}"
    en = f"{on}: {wording.count(taken, 'point')} taken for the act of {acted}"
    if len(line.decision.offences) > 1:
        vi += ", chỉ tính hành vi bị trừ nhiều điểm nhất"
        en += ", of its offences only the heaviest counts"
    if taken < level:
        vi += f" (mức {level} điểm nhưng chỉ còn {taken})"
        en += f" (its level is {level}, only {taken} were left)"
    if line.balance:
        return Said(f"{vi}; còn {line.balance} điểm.", f"{en}; {line.balance} left.")
    return Said(
        f"{vi}; hết điểm, không được điều khiển phương tiện theo phần giấy phép này.",
        f"{en}; none left, so this part of the licence may not be used to drive.",
    )


_FINDINGS = {
    "act_before_points_system": Said(
        "Không trừ điểm vì hành vi xảy ra trước ngày 01/01/2025.",
        "No points taken, because the act lies before 01/01/2025.",
    ),
    "test_while_points_left": Said(
        "Bài kiểm tra không có tác dụng vì khi đó vẫn còn điểm.",
        "The test had no effect, because there were points left on that day.",
    ),
    "test_too_early": Said(
        "Bài kiểm tra không có tác dụng vì chưa đến ngày được kiểm tra.",
        "The test had no effect, because the first day of the test had not come.",
    ),
    "test_without_certificate": Said(
        "Bài kiểm tra không có tác dụng vì thiếu giấy khám không có ma túy còn hiệu lực.",
        "The test had no effect without a drug-free certificate that was valid on its day.",
    ),
}


def of_finding(finding: law.Finding) -> Said:
    """Why a fact had no effect."""
    return _FINDINGS[finding.code]
