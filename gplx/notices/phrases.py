"""What the content of one notice says in its text: sentences that are there or not, in Vietnamese and English."""

from __future__ import annotations

from typing import Any

from gplx.notices import wording
from gplx.notices.wording import GROUNDS, Said, count, day

_NOTHING = Said("", "")
_ALL_POINTS = Said("Về điểm, giấy phép lái xe có đủ điểm.", "As far as points go, your licence has all of them.")


def line(kind: str, points: int) -> Said:
    """A line of the record in a few words."""
    points = abs(points)
    if kind == "deduction" and points:
        return Said(f"bị trừ {points} điểm", f"{count(points, 'point')} deducted")
    if kind in ("deduction", "not_deducted"):
        return Said("không bị trừ thêm điểm", "no points deducted")
    return Said(f"được phục hồi {points} điểm", f"{count(points, 'point')} restored")


def later(content: dict[str, Any]) -> Said:
    """The balance on the day of telling, where other lines follow the one told of."""
    now = content.get("now")
    if not now:
        return Said("", "")
    on, balance = day(now["on"]), now["balance"]
    return Said(
        f"Tính cả những dòng sau đó, đến ngày {on} giấy phép lái xe có {balance} điểm.",
        f"With the lines after it, your licence has {count(balance, 'point')} on {on}.",
    )


def because(content: dict[str, Any]) -> Said:
    """Why a line is void: its decision was annulled, or something was learned that counts from an earlier day."""
    said = wording.decision(content)
    if content.get("replaced_by"):
        new = wording.decision({"decision": content["replaced_by"]})
        anew = Said(" và các dòng sau đó được tính lại", " and the lines after it were computed anew")
        later = anew if content["because"] == "annulled_other" else _NOTHING
        return Said(f"{said.vi} đã được thay bằng {new.vi}{later.vi}", f"{said.en} was replaced by {new.en}{later.en}")
    if content.get("because") == "annulled":
        return Said(f"{said.vi} đã bị hủy", f"{said.en} was annulled")
    if content.get("because") == "annulled_other":
        return Said(
            f"{said.vi} đã bị hủy và các dòng sau đó được tính lại",
            f"{said.en} was annulled and the lines after it were computed anew",
        )
    if content.get("decision"):
        return Said(
            f"hệ thống vừa nhận được {said.vi}, có hiệu lực từ ngày sớm hơn",
            f"the register has now been told of {said.en}, which counts from an earlier day",
        )
    return Said(
        "hệ thống vừa nhận được thông tin có hiệu lực từ ngày sớm hơn",
        "the register has learned of something that counts from an earlier day",
    )


def state(content: dict[str, Any]) -> Said:
    """Where the points stand after a correction or after later lines, and the revocation where one holds."""
    now = content.get("now")
    if not now:
        return _NOTHING
    revoked = wording.revoked(content)
    if now["balance"] == 0:
        wait = now.get("exhaustion") or {}
        test_from, needed = day(wait.get("test_from")), certificate(wait)
        return _joined(
            Said(
                f"Ông/Bà không được điều khiển phương tiện; được dự kiểm tra để phục hồi điểm từ ngày {test_from}."
                f"{needed.vi}",
                f"You may not drive; you may take the test that restores points from {test_from}.{needed.en}",
            ),
            revoked,
        )
    if now.get("restores_on"):
        on = day(now["restores_on"])
        points = Said(
            f"Về điểm, nếu không bị trừ nữa, Ông/Bà được phục hồi đủ điểm ngày {on}.",
            f"As far as points go, if nothing more is deducted you have all of them again on {on}.",
        )
        return _joined(revoked, points)
    return _joined(revoked, _ALL_POINTS)


def drive(content: dict[str, Any]) -> Said:
    """After a deduction that left points: does something else keep the person from driving?"""
    return (
        revoked
        if (revoked := wording.revoked(content)).vi
        else Said(
            "Về điểm, Ông/Bà được tiếp tục điều khiển phương tiện.",
            "As far as points go, you may go on driving.",
        )
    )


def restored(content: dict[str, Any]) -> Said:
    """What having all points again means: nothing for a revocation, and nothing for the term of the document."""
    revoked = wording.revoked(content)
    if revoked.vi:
        return _joined(revoked, _ALL_POINTS)
    return Said(
        "Về điểm, Ông/Bà được điều khiển phương tiện. Thông báo này không nói về thời hạn của giấy phép lái xe.",
        "As far as points go, you may drive. This notice says nothing about the term of your licence.",
    )


def restated(content: dict[str, Any]) -> Said:
    """That a decision was told before: its line was voided and is stated anew."""
    if not content.get("restated"):
        return _NOTHING
    return Said(
        "Quyết định này đã được báo trước đây; dòng này thay cho dòng đã đính chính.",
        "You were told of this decision before; this line takes the place of the one that was corrected.",
    )


def anew(content: dict[str, Any]) -> Said:
    """The balance before and after a correction, where it changed."""
    before, balance = content["before"], content["balance"]
    if before == balance:
        return _NOTHING
    return Said(
        f"Số điểm được tính lại: trước là {before} điểm, nay là {balance} điểm.",
        f"Your points were computed anew: {before} before, {balance} now.",
    )


def ground(wait: dict[str, Any]) -> Said:
    """Why the wait is as long as it is."""
    return GROUNDS.get(wait.get("ground", ""), _NOTHING)


def certificate(wait: dict[str, Any]) -> Said:
    """What the test asks for besides the day, with a space before it."""
    if not wait.get("drug_free_certificate"):
        return _NOTHING
    return Said(
        " Ông/Bà phải có giấy khám sức khỏe kết luận không có ma túy, còn giá trị vào ngày kiểm tra.",
        " You need a health certificate that finds no drugs and is valid on the day of the test.",
    )


def waited(content: dict[str, Any]) -> Said:
    """The wait that a line brought which other lines follow."""
    wait = content.get("exhaustion")
    if not wait:
        return _NOTHING
    why, months, test_from = ground(wait), wait["months"], day(wait["test_from"])
    return Said(
        f"Từ ngày này Ông/Bà không được điều khiển phương tiện; thời hạn chờ kiểm tra là {months} tháng ({why.vi}),"
        f" đến ngày {test_from} được dự kiểm tra.",
        f"From this day you were not allowed to drive; the wait for the test was {months} months ({why.en}), so the"
        f" first day of the test was {test_from}.",
    )


def _joined(first: Said, second: Said) -> Said:
    return Said(f"{first.vi} {second.vi}".strip(), f"{first.en} {second.en}".strip())
