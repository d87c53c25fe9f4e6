"""What is told that is no line of the record: revocations, their end by annulment, and days to come (F10, ADR 0034)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gplx.law.notices import REMINDER_DAYS
from gplx.licences.models import Holder
from gplx.notices import queries
from gplx.points import fsck
from gplx.points.actions import NewFact, record
from gplx.points.announcements import remind
from gplx.points.models import FactKind
from gplx.points.sweep import sweep
from gplx.sanctions.actions import amend, receive
from gplx.sanctions.intake import read_amendment
from tests.points.people import annulment, decision, people
from tests.sanctions.conftest import AUTHORITY, TODAY, a_decision, a_holder, read

pytestmark = pytest.mark.django_db

DAY = date(2025, 3, 10)
RESTORED = date(2026, 3, 11)


@pytest.fixture
def holder() -> Holder:
    return people(1)[0]


def on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setenv("GPLX_TODAY", day.isoformat())


def told(holder: Holder, kind: str) -> list[queries.Item]:
    return [item for item in queries.inbox(holder.pk) if item.kind == kind]


def revocation(holder: Holder, key: str = "TUOC-1") -> NewFact:
    content = {"to": "2026-01-31"}
    return NewFact(
        holder.pk, "car", FactKind.REVOCATION, f"revocation:{key}", date(2025, 4, 1), content, decision_key=key
    )


@pytest.mark.parametrize("early", [0, 1])
def test_thirty_days_before_a_restoration_it_is_told_and_not_a_day_earlier(
    holder: Holder, early: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    record([decision(holder.pk, "QD-1", DAY, 4)], today=DAY)
    on(monkeypatch, RESTORED - timedelta(days=REMINDER_DAYS.on(RESTORED) + early))
    assert remind() == 1 - early
    if not early:
        (item,) = told(holder, "restoration_soon")
        assert "Ngày 11/03/2026" in item.title_vi
        assert "hiện còn 8 điểm" in item.text_vi
        assert remind() == 0


def test_f10_nobody_looked_for_ten_days_and_it_is_told_all_the_same(
    holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    record([decision(holder.pk, "QD-1", DAY, 4)], today=DAY)
    on(monkeypatch, RESTORED - timedelta(days=REMINDER_DAYS.on(RESTORED) - 10))
    assert remind() == 1


def test_a_restoration_whose_day_has_come_is_not_announced_any_more(
    holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    record([decision(holder.pk, "QD-1", DAY, 4)], today=DAY)
    on(monkeypatch, RESTORED)
    sweep()
    assert remind() == 0


def test_a_restoration_that_moves_is_announced_with_its_new_day(
    holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    record([decision(holder.pk, "QD-1", DAY, 2)], today=DAY)
    on(monkeypatch, RESTORED - timedelta(days=5))
    remind()
    record([decision(holder.pk, "QD-2", RESTORED - timedelta(days=5), 2)], today=RESTORED - timedelta(days=5))
    on(monkeypatch, date(2027, 3, 1))
    remind()
    assert len(told(holder, "restoration_soon")) == 2


@pytest.mark.parametrize("drug", [True, False])
def test_the_first_day_of_the_test_is_told_with_what_it_asks_for(
    holder: Holder, drug: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    record([decision(holder.pk, "QD-1", DAY, 12, drug=drug)], today=DAY)
    first = date(2027, 3, 11) if drug else date(2026, 9, 11)
    on(monkeypatch, first - timedelta(days=1))
    assert remind() == 0
    on(monkeypatch, first + timedelta(days=100))
    assert remind() == 1
    (item,) = told(holder, "test_day_reached")
    assert f"Từ ngày {first:%d/%m/%Y} Ông/Bà được dự kiểm tra" in item.title_vi
    assert ("không có ma túy" in item.text_vi) is drug
    assert "{" not in item.text_vi + item.text_en
    assert remind() == 0


def test_a_revocation_without_points_is_told(holder: Holder) -> None:
    record([revocation(holder)], today=date(2025, 4, 1))
    (item,) = queries.inbox(holder.pk)
    assert item.kind == "revoked"
    for words in ("quyết định xử phạt số TUOC-1", "từ ngày 01/04/2025 đến hết ngày 31/01/2026", "(phần ô tô)"):
        assert words in item.text_vi
    record([revocation(holder)], today=date(2025, 4, 2))
    assert len(queries.inbox(holder.pk)) == 1


def test_its_annulment_is_told(holder: Holder) -> None:
    record([revocation(holder)], today=date(2025, 4, 1))
    record([annulment(holder.pk, "TUOC-1", date(2025, 5, 1))], today=date(2025, 5, 1))
    newest = queries.inbox(holder.pk)[0]
    assert newest.kind == "revocation_annulled"
    assert "Quyết định xử phạt số TUOC-1 đã bị hủy" in newest.text_vi
    assert list(fsck.check()) == []


def test_a_revocation_that_was_annulled_before_it_was_known_is_not_told(holder: Holder) -> None:
    record([revocation(holder), annulment(holder.pk, "TUOC-1", date(2025, 5, 1))], today=date(2025, 5, 1))
    assert queries.inbox(holder.pk) == []


def test_the_correction_of_an_amended_decision_names_the_one_that_takes_its_place() -> None:
    holder = a_holder(1)
    receive([read()], source="test", today=TODAY)
    stated = {
        "authority": AUTHORITY,
        "number": "1/QĐ-XPHC",
        "year": 2026,
        "reason": "Sửa mức phạt",
        "annulled_on": TODAY.isoformat(),
        "decision": {**a_decision(number="2/QĐ-XPHC", offences=[{"points": 2}])},
    }
    assert amend(read_amendment(stated, today=TODAY), source="test", today=TODAY).state == "recorded"
    correction = next(item for item in queries.inbox(holder.pk) if item.kind == "reversal")
    assert f"số 1/QĐ-XPHC của {AUTHORITY} đã được thay bằng quyết định xử phạt số 2/QĐ-XPHC" in correction.text_vi
    assert "was replaced by sanction decision no. 2/QĐ-XPHC" in correction.text_en
    assert list(fsck.check()) == []
