"""What people are told: each line of the record has a notice that can be read, frozen once and kept as evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from gplx.law import catalogue as offences
from gplx.law.profiles import DRAFT
from gplx.licences.models import Holder
from gplx.notices import actions, catalogue, queries
from gplx.notices.models import Delivery, Notice
from gplx.notices.tasks import deliver
from gplx.points.actions import NewFact, record, settle
from gplx.points.models import Account, FactKind

pytestmark = pytest.mark.django_db


def person(number: str = "001099000001") -> Holder:
    return Holder.objects.create(
        citizen_number=number,
        name="Người Mẫu Một",
        name_folded="nguoi mau mot",
        name_key="x",
        birth_date=date(1999, 1, 1),
        sex="male",
        province_code="01",
    )


@pytest.fixture
def holder() -> Holder:
    return person()


def decision(
    holder: Holder, key: str, on: date, points: int, *, code: str | None = None, drug: bool = False
) -> NewFact:
    offence = {"code": code} if code else {"points": points, "drug": drug}
    content = {"acted_on": on.isoformat(), "offences": [offence]}
    return NewFact(holder.pk, "car", FactKind.DECISION, f"decision:{key}", on, content, decision_key=key)


def told(holder: Holder) -> list[queries.Item]:
    """Everything in a person's inbox, oldest first."""
    return queries.inbox(holder.pk)[::-1]


def on_day(today: date, *facts: NewFact) -> None:
    record(facts, today=today)


def test_a_deduction_names_decision_act_article_balances_and_what_comes_next(holder: Holder) -> None:
    code = next(row.code for row in offences.offences(date(2025, 3, 1), DRAFT.id) if row.article == "6")
    row = offences.offence(code, date(2025, 3, 10))
    on_day(date(2025, 3, 10), decision(holder, "12/2025/QĐ-XP/2025/Đội CSGT số 1", date(2025, 3, 10), 0, code=code))
    (item,) = told(holder)
    left = 12 - row.points
    assert item.title_vi == f"Giấy phép lái xe bị trừ {row.points} điểm, còn {left} điểm"
    for words in (
        "quyết định xử phạt số 12/2025/QĐ-XP của Đội CSGT số 1 về hành vi ngày 10/03/2025",
        row.summary_vi,
        f"điểm {row.point} khoản {row.clause} Điều 6 Nghị định 168/2024/NĐ-CP",
        f"từ 12 điểm còn {left} điểm",
        "Về điểm, Ông/Bà được tiếp tục điều khiển phương tiện",
        "phục hồi đủ 12 điểm vào ngày 11/03/2026",
        "(phần ô tô)",
    ):
        assert words in item.text_vi
    for words in (row.summary_en, f"12 before, {left} after", "all 12 points again on 11/03/2026", "(car part)"):
        assert words in item.text_en


def test_losing_all_points_says_that_one_may_not_drive_and_from_when_a_test_is_possible(holder: Holder) -> None:
    on_day(date(2025, 3, 10), decision(holder, "QD-1", date(2025, 3, 10), 12, drug=True))
    (item,) = told(holder)
    assert item.kind == "exhausted"
    assert "không được điều khiển phương tiện" in item.title_vi
    assert "từ ngày 11/03/2027 Ông/Bà được dự kiểm tra" in item.text_vi
    assert "chờ 24 tháng" in item.text_vi
    assert "giấy khám sức khỏe kết luận không có ma túy" in item.text_vi
    assert "a health certificate that finds no drugs" in item.text_en


def test_a_decision_that_meets_no_points_is_absorbed(holder: Holder) -> None:
    on_day(date(2025, 3, 10), decision(holder, "QD-1", date(2025, 3, 10), 12))
    on_day(date(2025, 4, 10), decision(holder, "QD-2", date(2025, 4, 10), 2))
    item = told(holder)[-1]
    assert item.kind == "absorbed"
    assert "trước là 0 điểm, sau vẫn là 0 điểm" in item.text_vi
    assert "từ ngày 11/09/2026" in item.text_vi


def test_a_decision_during_a_revocation_takes_nothing(holder: Holder) -> None:
    days = {"to": date(2025, 12, 31).isoformat()}
    revoked = NewFact(holder.pk, "car", FactKind.REVOCATION, "revocation:QD-0", date(2025, 3, 1), days)
    on_day(date(2025, 4, 10), revoked, decision(holder, "QD-1", date(2025, 4, 10), 4))
    item = next(item for item in told(holder) if item.kind == "not_deducted")
    assert "trước là 12 điểm, sau vẫn là 12 điểm" in item.text_vi


def test_a_restoration_by_time_and_one_by_a_test(holder: Holder) -> None:
    on_day(date(2025, 3, 10), decision(holder, "QD-1", date(2025, 3, 10), 4))
    account = Account.objects.get().pk
    settle([account], today=date(2026, 3, 11))
    assert "được phục hồi 4 điểm: từ 8 điểm lên 12 điểm, vì trong 12 tháng" in told(holder)[-1].text_vi
    on_day(date(2026, 4, 1), decision(holder, "QD-2", date(2026, 4, 1), 12))
    passed = NewFact(holder.pk, "car", FactKind.TEST, "test:1", date(2027, 12, 1), {"passed": True})
    on_day(date(2027, 12, 1), passed)
    item = told(holder)[-1]
    assert item.kind == "test_restoration"
    assert "được phục hồi 12 điểm: từ 0 điểm lên 12 điểm" in item.text_vi


def test_a_correction_says_which_line_is_void_and_why(holder: Holder) -> None:
    on_day(date(2025, 3, 10), decision(holder, "QD-1", date(2025, 3, 10), 10))
    on_day(date(2025, 4, 10), decision(holder, "QD-2", date(2025, 4, 10), 4))
    annulled = NewFact(
        holder.pk, "car", FactKind.ANNULMENT, "annulment:QD-1", date(2025, 5, 1), {}, decision_key="QD-1"
    )
    on_day(date(2025, 5, 1), annulled)
    first, second, again = told(holder)[2:]
    assert (first.kind, second.kind, again.kind) == ("reversal", "reversal", "deduction")
    assert (
        "vì quyết định xử phạt số QD-1 đã bị hủy. Số điểm được tính lại: trước là 0 điểm, nay là 8 điểm"
        in first.text_vi
    )
    assert "“bị trừ 2 điểm” ngày 10/04/2025" in second.title_vi
    assert "đã bị hủy và các dòng sau đó được tính lại" in second.text_vi
    assert "từ 12 điểm còn 8 điểm" in again.text_vi


def test_a_late_decision_says_that_it_was_told_now(holder: Holder) -> None:
    on_day(date(2025, 3, 10), decision(holder, "QD-2", date(2025, 3, 10), 11))
    on_day(date(2025, 4, 1), decision(holder, "QD-1", date(2025, 2, 1), 4))
    correction = next(item for item in told(holder) if item.kind == "reversal")
    assert "vì hệ thống vừa nhận được quyết định xử phạt số QD-1" in correction.text_vi


def test_no_text_is_left_with_a_gap(holder: Holder) -> None:
    on_day(date(2025, 3, 10), decision(holder, "QD-1", date(2025, 3, 10), 10))
    on_day(date(2025, 4, 10), decision(holder, "QD-2", date(2025, 4, 10), 4))
    for item in told(holder):
        for text in (item.title_vi, item.text_vi, item.title_en, item.text_en):
            assert not any(gap in text for gap in ("{", "}", "None", "  ", "( )", "()", " ,", " ."))


def test_the_inbox_shows_a_notice_before_the_job_has_run_and_the_same_text_after(holder: Holder) -> None:
    on_day(date(2025, 3, 10), decision(holder, "QD-1", date(2025, 3, 10), 4))
    (before,) = told(holder)
    assert before.evidence is None
    deliver(notice_ids=[before.id])
    (after,) = told(holder)
    assert after.evidence is not None
    assert after._replace(evidence=None) == before
    assert after.evidence.text_version == catalogue.version("deduction") == "points-3"


def test_f06_delivering_twice_is_delivering_once(holder: Holder) -> None:
    on_day(date(2025, 3, 10), decision(holder, "QD-1", date(2025, 3, 10), 4))
    ids = list(Notice.objects.values_list("pk", flat=True))
    assert actions.deliver_to_inbox(ids) == 1
    assert actions.deliver_to_inbox(ids) == 0
    assert Delivery.objects.count() == 1


def test_the_digest_covers_every_word_told(holder: Holder) -> None:
    on_day(date(2025, 3, 10), decision(holder, "QD-1", date(2025, 3, 10), 4))
    deliver(notice_ids=list(Notice.objects.values_list("pk", flat=True)))
    kept = Delivery.objects.get()
    fields = (kept.title_vi, kept.text_vi, kept.title_en, kept.text_en)

    def digest(texts: Iterable[str]) -> str:
        return hashlib.sha256(b"".join(len(t.encode()).to_bytes(8, "big") + t.encode() for t in texts)).hexdigest()

    assert kept.digest == digest(fields)
    assert kept.digest != digest((fields[0] + " ", *fields[1:]))


def test_what_was_told_is_never_changed(holder: Holder) -> None:
    on_day(date(2025, 3, 10), decision(holder, "QD-1", date(2025, 3, 10), 4))
    deliver(notice_ids=list(Notice.objects.values_list("pk", flat=True)))
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic(), connection.cursor() as c:
        c.execute("UPDATE notices_delivery SET text_vi = ''")


def test_opening_a_notice_counts_once_and_only_for_its_person(holder: Holder) -> None:
    on_day(date(2025, 3, 10), decision(holder, "QD-1", date(2025, 3, 10), 4))
    (item,) = told(holder)
    stranger = person("001099000002")
    assert queries.unread_count(holder.pk) == 1
    assert not actions.open_notice(item.id, holder_id=stranger.pk)
    assert queries.notice(stranger.pk, item.id) is None
    assert actions.open_notice(item.id, holder_id=holder.pk)
    (opened,) = told(holder)
    assert opened.read_at is not None
    assert actions.open_notice(item.id, holder_id=holder.pk)
    assert told(holder) == [opened]
    assert queries.unread_count(holder.pk) == 0


def test_the_inbox_is_read_page_by_page(holder: Holder) -> None:
    for day in range(1, 6):
        on_day(date(2025, 3, day), decision(holder, f"QD-{day}", date(2025, 3, day), 2))
    newest = queries.inbox(holder.pk, limit=2)
    older = queries.inbox(holder.pk, limit=3, before_id=newest[-1].id)
    assert [item.id for item in (*newest, *older)] == sorted((item.id for item in told(holder)), reverse=True)
