"""What a notice may claim: who is revoked is told so, no text vouches for the document, nothing told twice is new."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gplx.licences.models import Holder
from gplx.notices import catalogue, queries, wording
from gplx.notices.texts.points import KINDS
from gplx.points.actions import NewFact, record, settle
from gplx.points.models import Account, FactKind
from tests.points.people import annulment, decision, people

pytestmark = pytest.mark.django_db

VOUCHED = ("Giấy phép lái xe còn hiệu lực", "giấy phép lái xe còn hiệu lực;", "licence is valid", "remains valid")
GAPS = ("{", "}", "None", "  ", "( )", "()", " ,", " .", " ;")


@pytest.fixture
def holder() -> Holder:
    return people(1)[0]


def told(holder: Holder) -> list[queries.Item]:
    """Everything in a person's inbox, oldest first; no text has a gap or says that the document is valid."""
    items = queries.inbox(holder.pk)[::-1]
    for item in items:
        for text in (item.title_vi, item.text_vi, item.title_en, item.text_en):
            assert not [words for words in (*GAPS, *VOUCHED) if words in text], text
    return items


def revocation(
    holder: Holder,
    first: date,
    last: date,
    key: str = "TUOC-1",
    part: str = "car",
    kind: FactKind = FactKind.REVOCATION,
) -> NewFact:
    return NewFact(holder.pk, part, kind, f"revocation:{key}", first, {"to": last.isoformat()}, decision_key=key)


REVOKED_VI = "Đang bị tước quyền sử dụng giấy phép lái xe đến hết ngày 30/06/2026, không được lái xe"
REVOKED_EN = "Your licence is revoked until the end of 30/06/2026; you may not drive"
MAY_DRIVE = ("được điều khiển phương tiện", "được tiếp tục điều khiển", "you may drive", "you may go on driving")


def says_revoked(item: queries.Item) -> None:
    assert REVOKED_VI in item.text_vi
    assert REVOKED_EN in item.text_en
    said = (item.text_vi + item.text_en).replace("không được điều khiển phương tiện", "")
    assert not [words for words in MAY_DRIVE if words in said], said


def restored_under(holder: Holder, *revocations: NewFact) -> queries.Item:
    record([decision(holder.pk, "QD-1", date(2025, 3, 10), 4)], today=date(2025, 3, 10))
    record(revocations, today=date(2026, 1, 1))
    settle([Account.objects.get(part="car").pk], today=date(2026, 3, 11))
    item = told(holder)[-1]
    assert item.kind == "restoration"
    return item


def test_a_restoration_under_a_revocation_says_that_one_may_not_drive(holder: Holder) -> None:
    item = restored_under(holder, revocation(holder, date(2026, 1, 1), date(2026, 6, 30)))
    says_revoked(item)
    assert "Về điểm, giấy phép lái xe có đủ điểm." in item.text_vi
    assert "As far as points go, your licence has all of them." in item.text_en


def test_the_last_day_is_that_of_the_revocation_that_follows_without_a_gap(holder: Holder) -> None:
    second = revocation(holder, date(2026, 4, 1), date(2026, 6, 30), "TUOC-2")
    says_revoked(restored_under(holder, second, revocation(holder, date(2026, 1, 1), date(2026, 3, 31))))


def test_a_revocation_until_the_end_of_the_calendar_is_told(holder: Holder) -> None:
    item = restored_under(holder, revocation(holder, date(2026, 1, 1), date.max))
    assert "đến hết ngày 31/12/9999, không được lái xe" in item.text_vi


def test_a_revocation_after_a_gap_does_not_count_yet(holder: Holder) -> None:
    later = revocation(holder, date(2026, 7, 2), date(2026, 12, 31), "TUOC-2")
    says_revoked(restored_under(holder, revocation(holder, date(2026, 1, 1), date(2026, 6, 30)), later))


@pytest.mark.parametrize(
    ("first", "last", "part"),
    [
        (date(2026, 1, 1), date(2026, 3, 10), "car"),
        (date(2026, 3, 12), date(2026, 6, 30), "car"),
        (date(2026, 1, 1), date(2026, 6, 30), "motorcycle"),
    ],
    ids=["ended", "to come", "of the other part"],
)
def test_a_restoration_without_a_revocation_of_the_day_speaks_of_points_only(
    holder: Holder, first: date, last: date, part: str
) -> None:
    item = restored_under(holder, revocation(holder, first, last, part=part))
    assert "tước" not in item.text_vi
    assert "revoked" not in item.text_en
    assert "Về điểm, Ông/Bà được điều khiển phương tiện" in item.text_vi
    assert "As far as points go, you may drive" in item.text_en


def test_a_revocation_whose_decision_was_annulled_is_not_told(holder: Holder) -> None:
    annulled = annulment(holder.pk, "TUOC-1", date(2026, 1, 2))
    item = restored_under(holder, revocation(holder, date(2026, 1, 1), date(2026, 6, 30)), annulled)
    assert "tước" not in item.text_vi


@pytest.mark.parametrize("others", [[], [4], [12]], ids=["full", "reduced", "exhausted"])
def test_a_reversal_under_a_revocation_says_that_one_may_not_drive(holder: Holder, others: list[int]) -> None:
    record([decision(holder.pk, "QD-1", date(2025, 12, 1), 12)], today=date(2025, 12, 1))
    for points in others:
        record([decision(holder.pk, "QD-2", date(2025, 12, 2), points)], today=date(2025, 12, 2))
    record([revocation(holder, date(2026, 1, 1), date(2026, 6, 30))], today=date(2026, 1, 1))
    record([annulment(holder.pk, "QD-1", date(2026, 2, 1))], today=date(2026, 2, 1))
    corrections = [item for item in told(holder) if item.kind == "reversal"]
    assert corrections
    for item in corrections:
        says_revoked(item)


def test_every_kind_says_a_revocation_that_holds_on_the_day_of_telling(holder: Holder) -> None:
    record([revocation(holder, date(2026, 1, 1), date(2026, 6, 30))], today=date(2026, 1, 1))
    passed = NewFact(holder.pk, "car", FactKind.TEST, "test:1", date(2026, 5, 1), {"passed": True})
    for facts, kind in (
        ([decision(holder.pk, "QD-1", date(2025, 10, 1), 4)], "deduction"),
        ([decision(holder.pk, "QD-2", date(2025, 10, 2), 10)], "exhausted"),
        ([decision(holder.pk, "QD-3", date(2025, 10, 3), 10)], "absorbed"),
        ([decision(holder.pk, "QD-4", date(2026, 4, 3), 10)], "not_deducted"),
        ([passed], "test_restoration"),
    ):
        record(facts, today=date(2026, 5, 1))
        item = told(holder)[-1]
        assert item.kind == kind
        says_revoked(item)


def test_a_correction_without_a_revocation_speaks_of_points_only(holder: Holder) -> None:
    record([decision(holder.pk, "QD-1", date(2025, 3, 10), 12)], today=date(2025, 3, 10))
    record([annulment(holder.pk, "QD-1", date(2025, 4, 1))], today=date(2025, 4, 1))
    item = told(holder)[-1]
    assert "Về điểm, giấy phép lái xe có đủ điểm." in item.text_vi
    assert "As far as points go, your licence has all of them." in item.text_en


def _exhausted_late(holder: Holder) -> list[queries.Item]:
    """A decision learned late takes the last points on a day before one that was told already."""
    record([decision(holder.pk, "QD-1", date(2025, 3, 1), 4)], today=date(2025, 3, 1))
    record([decision(holder.pk, "QD-3", date(2025, 4, 1), 6)], today=date(2025, 4, 1))
    record([decision(holder.pk, "QD-2", date(2025, 3, 15), 8, drug=True)], today=date(2025, 5, 1))
    correction, exhausted, absorbed = told(holder)[2:]
    assert (correction.kind, exhausted.kind, absorbed.kind) == ("reversal", "exhausted", "absorbed")
    return [correction, exhausted, absorbed]


def test_points_gone_by_a_late_decision_are_told_with_the_wait_and_what_it_asks(holder: Holder) -> None:
    correction, exhausted, absorbed = _exhausted_late(holder)
    assert (
        exhausted.title_vi == "Giấy phép lái xe bị trừ hết điểm: không được điều khiển phương tiện từ ngày 15/03/2025"
    )
    assert exhausted.title_en == "All points of your licence are gone: you may not drive from 15/03/2025"
    assert "từ ngày 16/03/2027 Ông/Bà được dự kiểm tra" in exhausted.text_vi
    assert f"thời hạn chờ 24 tháng: {wording.GROUNDS['drugs'].vi}" in exhausted.text_vi
    assert f"a wait of 24 months: {wording.GROUNDS['drugs'].en}" in exhausted.text_en
    for item in (correction, exhausted, absorbed):
        assert "giấy khám sức khỏe kết luận không có ma túy" in item.text_vi
        assert "a health certificate that finds no drugs" in item.text_en
        assert "thông báo mới nhất" not in item.text_vi


def test_a_decision_that_was_told_before_is_not_called_new(holder: Holder) -> None:
    _, late, again = _exhausted_late(holder)
    assert "Quyết định này đã được báo trước đây" in again.text_vi
    assert "You were told of this decision before" in again.text_en
    assert "mới" not in again.title_vi
    assert "new" not in again.title_en
    assert "đã được báo trước đây" not in late.text_vi
    assert "told of this decision before" not in late.text_en


def test_points_that_were_gone_and_came_back_since_are_told_as_the_past(holder: Holder) -> None:
    passed = NewFact(holder.pk, "car", FactKind.TEST, "test:1", date(2026, 9, 11), {"passed": True})
    record([decision(holder.pk, "QD-1", date(2025, 3, 10), 12), passed], today=date(2026, 10, 1))
    exhausted, _ = told(holder)
    assert exhausted.title_vi == "Giấy phép lái xe bị trừ hết điểm ngày 10/03/2025; đã có dòng khác ghi sau đó"
    assert "thời hạn chờ kiểm tra là 18 tháng" in exhausted.text_vi
    assert "đến ngày 01/10/2026 giấy phép lái xe có 12 điểm" in exhausted.text_vi
    assert "the wait for the test was 18 months" in exhausted.text_en


def test_a_decision_that_met_no_points_long_ago_tells_of_no_wait_of_its_own(holder: Holder) -> None:
    passed = NewFact(holder.pk, "car", FactKind.TEST, "test:1", date(2026, 9, 11), {"passed": True})
    first, second = (decision(holder.pk, f"QD-{day}", date(2025, 3, day), 12) for day in (10, 11))
    record([first, second, passed], today=date(2026, 10, 1))
    exhausted, absorbed, _ = told(holder)
    assert "thời hạn chờ kiểm tra là 18 tháng" in exhausted.text_vi
    assert absorbed.kind == "absorbed"
    assert "chờ kiểm tra" not in absorbed.text_vi
    assert "wait" not in absorbed.text_en


def test_a_balance_that_did_not_change_is_not_told_as_a_change(holder: Holder) -> None:
    record([decision(holder.pk, "QD-1", date(2025, 3, 10), 4)], today=date(2025, 3, 10))
    settle([Account.objects.get().pk], today=date(2026, 3, 11))
    record([annulment(holder.pk, "QD-1", date(2026, 4, 1))], today=date(2026, 4, 1))
    corrections = [item for item in told(holder) if item.kind == "reversal"]
    assert len(corrections) == 2
    for item in corrections:
        assert "trước là" not in item.text_vi
        assert "before" not in item.text_en


def test_a_source_is_named_once() -> None:
    said = wording.basis(["draft-2024-10", "seed 003", "reading 4", "seed 003", "reading 4", "reading 9"])
    assert said.vi == "dự thảo Nghị định tháng 10/2024; cách hiểu số 4, 9 đã công bố của hệ thống"
    assert said.en == "the draft decree of October 2024; published readings 4, 9 of the register"


OLD: dict[str, Any] = {
    "on": "2025-03-10",
    "points": -12,
    "before": 12,
    "balance": 0,
    "part": "car",
    "sources": ["seed 003", "reading 4"],
    "decision": {"key": "QD-1", "acted_on": "2025-03-10"},
    "offence": {"code": None, "points": 12},
    "now": {"on": "2026-10-01", "balance": 12},
}


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("now", [{}, {"now": OLD["now"]}, {"now": OLD["now"] | {"balance": 0}}], ids=repr)
def test_what_was_kept_under_earlier_texts_can_still_be_told(kind: str, now: dict[str, Any]) -> None:
    content = {name: value for name, value in OLD.items() if name != "now"} | now
    if kind == "reversal":
        content |= {"voided": {"kind": "deduction", "points": -12}, "because": "annulled"}
    for text in catalogue.write(kind, content):
        assert text
        assert not [words for words in ("{", "}", "None", "ang bị tước quyền sử dụng giấy", *VOUCHED) if words in text]
