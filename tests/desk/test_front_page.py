"""The desk's front page and its catalogue."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client

from gplx.accounts.models import Role
from gplx.desk import waiting
from gplx.licences.models import Holder
from gplx.points.models import Account
from tests.desk.conftest import TODAY, a_user, signed_in, told

pytestmark = pytest.mark.django_db


def test_what_waits_is_counted(desk: Client, holder: Holder):
    told(number="1")
    told(number="2", birth_date="1999-01-13")
    told(number="3", licence_number="790000000999")
    found = waiting.now(TODAY)
    assert (found.quarantined, found.proposals, found.annulments, found.overdue_accounts) == (2, 0, 0, 0)
    assert found.quarantined_since is not None
    assert "<strong>2</strong>" in desk.get("/desk/").content.decode()


def test_an_overdue_sweep_shows(desk: Client, holder: Holder):
    told(number="1")
    due = Account.objects.get().next_change_on
    assert due is not None
    assert waiting.now(due - timedelta(days=1)).overdue_accounts == 0
    assert (waiting.now(due).overdue_accounts, waiting.now(due).overdue_since) == (1, due)


def recorded(decision_id: int, on: date) -> None:
    """As if the register had learned of it on another day; nobody but the owner of the tables could say so."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE sanctions_decision SET recorded_on = %s WHERE id = %s", [on, decision_id])
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_weeks_are_counted_by_the_index_of_days(db: None):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # a table this small would be read whole
        cursor.execute("SET LOCAL enable_bitmapscan = off")  # the same index, by way of a map without its name
        cursor.execute("EXPLAIN (FORMAT JSON) " + waiting.BY_WEEK, {"first": date(2026, 8, 3), "last": TODAY})
        (plan,) = cursor.fetchone()
    nodes, scans = [plan[0]["Plan"]], []
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if node.get("Relation Name") == "sanctions_decision" or "Index Name" in node:
            scans.append((node.get("Index Name"), node.get("Index Cond", "")))
    assert {name for name, _ in scans} == {"decisions_by_day"}
    assert all("recorded_on >=" in condition and "recorded_on <" in condition for _, condition in scans)
    assert len(scans) <= 2


def test_weeks_run_from_monday_to_sunday_without_a_gap(holder: Holder):
    sunday, monday = date(2026, 11, 15), date(2026, 11, 16)
    for number, recorded_on in enumerate((sunday, monday, TODAY, TODAY + timedelta(days=1)), start=1):
        recorded(told(number=str(number)).pk, recorded_on)
    weeks = waiting.decisions_by_week(TODAY)
    assert len(weeks) == waiting.WEEKS
    assert [week.first_day.weekday() for week in weeks] == [0] * waiting.WEEKS
    assert [(week.first_day, week.count) for week in weeks[-2:]] == [(date(2026, 11, 9), 1), (monday, 2)]
    assert (weeks[-1].height, weeks[-2].height, weeks[0].height) == (waiting.PLOT_HEIGHT, waiting.PLOT_HEIGHT // 2, 0)


def test_the_plot_has_its_figures_in_a_table(desk: Client, holder: Holder):
    told(number="1")
    body = desk.get("/desk/").content.decode()
    assert "16/11/2026" in body
    assert body.count("<rect") >= waiting.WEEKS


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.ROADSIDE, "/desk/tra-cuu"),
        (Role.EXAMINER, "/desk/ho-so-kiem-tra"),
        (Role.CLINIC, "/desk/kham-suc-khoe"),
    ],
)
def test_each_role_begins_with_a_page_that_opens_to_it(role: Role, first: str):
    client = signed_in(a_user(role))
    assert client.get("/desk/")["Location"] == first
    assert client.get(first).status_code == 200


def test_who_strays_is_led_back_to_his_own_first_page():
    body = signed_in(a_user(Role.EXAMINER)).get("/desk/quyet-dinh/nhap").content.decode()
    assert "Về trang đầu của bạn" in body
    assert "tư cách người dân" not in body


@pytest.mark.parametrize(
    ("asked", "says", "not_says"),
    [
        ({"q": "den do", "vehicle": "motorcycle"}, "168/2024:7.7.c", "168/2024:6.9.b"),
        ({"q": "đèn đỏ", "law": "in-force"}, "168/2024:6.9.b", "draft-2024:"),
        ({"level": "12"}, "draft-2024:", "168/2024:6.9.b"),
        ({"article": "7"}, "168/2024:7.", "168/2024:6.9.b"),
        ({"q": "168/2024:6.9.b"}, "168/2024:6.9.b", "168/2024:7."),
        ({"q": "xyzzy"}, "Không có hành vi nào như vậy", "168/2024:"),
        ({"level": "99"}, "Có chỗ cần sửa", "168/2024:"),
        ({"on_day": "31", "on_month": "2", "on_year": "2026"}, "Ngày vi phạm phải là một ngày có thật", "168/2024:"),
    ],
)
def test_the_catalogue_is_filtered(road: Client, asked: dict[str, str], says: str, not_says: str):
    body = road.get("/desk/danh-muc", asked).content.decode()
    assert says in body
    assert not_says not in re.sub(r"<option.*?</option>|<input[^>]*>", "", body)


def test_the_catalogue_is_paged_and_keeps_its_filter(road: Client):
    body = road.get("/desk/danh-muc", {"law": "in-force", "page": "2"}).content.decode()
    assert "law=in-force&amp;page=3" in body
    assert "Trang 2 trên" in body


def test_an_offence_shows_each_of_its_periods(road: Client):
    body = road.get("/desk/danh-muc/168/2024:6.3.h").content.decode()
    assert body.count('<div class="app-card">') == 2
    assert "Từ 15/08/2026" in body
    assert "800.000 đ – 1.000.000 đ" in body
    assert road.get("/desk/danh-muc/168/2024:99.9").status_code == 404


@pytest.mark.parametrize(
    ("count", "label"), [(0, "0"), (999, "999"), (1000, "1,0k"), (5324, "5,3k"), (123_456, "123k")]
)
def test_a_long_count_fits_above_its_bar(count: int, label: str) -> None:
    assert waiting.Week(date(2026, 11, 16), count, 0, 0, 10).label == label
