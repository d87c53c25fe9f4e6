"""The dead-letter desk: what could not be told waits for a person, who sends it again or says what was done (I17)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from gplx.accounts.models import Role
from gplx.audit.models import Access
from gplx.licences.models import Holder
from gplx.notices import actions, tasks
from gplx.notices.models import Attempt, Errand, Notice, OutcomeKind
from tests.desk.conftest import a_holder, a_user, signed_in, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder() -> Holder:
    return a_holder(1)


@pytest.fixture
def returned(holder: Holder) -> Errand:
    """A letter that came back, and nothing else is known of the person."""
    told()
    tasks.deliver(notice_ids=[Notice.objects.get().pk])
    letter = Attempt.objects.get(channel="paper")
    actions.report(letter.pk, OutcomeKind.RETURNED, {"reason": "unknown"})
    return Errand.objects.get(state="dead")


@pytest.fixture
def officer() -> Client:
    return signed_in(a_user(Role.CASE_OFFICER))


def page(errand: Errand) -> str:
    return f"/desk/chua-bao-duoc/{errand.pk}"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_list_says_cause_age_and_how_many_people_and_names_nobody(officer: Client, returned: Errand) -> None:
    shown = text(officer.get("/desk/chua-bao-duoc"))
    for words in (f"TB-{returned.pk}", "Thư bị trả lại", "0 ngày", "<strong>1</strong> người"):
        assert words in shown
    assert "Nguyễn Người Mẫu" not in shown
    assert '<strong>1</strong> <a class="govuk-link" href="/desk/chua-bao-duoc">' in text(officer.get("/desk/"))


def test_an_unknown_cause_shows_everything(officer: Client, returned: Errand) -> None:
    assert f"TB-{returned.pk}" in text(officer.get("/desk/chua-bao-duoc?cause=x'--"))


def test_one_of_them_shows_what_was_tried_and_the_look_is_recorded(officer: Client, returned: Errand) -> None:
    shown = text(officer.get(page(returned)))
    for words in ("Nguyễn Người Mẫu", "Văn bản giấy", "bị trả lại", "Trang Cảnh sát giao thông"):
        assert words in shown
    seen = Access.objects.get(what="notices")
    assert (seen.holder_id, seen.purpose, seen.reference) == (
        returned.notice.holder_id, "case_handling", f"TB-{returned.pk}",
    )  # fmt: skip


def test_a_letter_is_written_again(officer: Client, returned: Errand) -> None:
    assert officer.post(page(returned), {"act": "retry"}).status_code == 302
    tasks.follow_up()
    assert list(Attempt.objects.filter(channel="paper").order_by("number").values_list("round", flat=True)) == [1, 2]
    assert officer.post(page(returned), {"act": "retry"}).status_code == 409


def test_being_done_with_it_needs_a_reason(officer: Client, returned: Errand) -> None:
    answer = officer.post(page(returned), {"act": "handle", "note": " "})
    assert answer.status_code == 422
    assert "Nhập việc đã làm" in text(answer)
    done = officer.post(page(returned), {"act": "handle", "note": "Đã giao tại trụ sở"})
    assert (done.status_code, done["Location"]) == (302, "/desk/chua-bao-duoc")
    returned.refresh_from_db()
    assert (returned.state, returned.handled_note) == ("done", "Đã giao tại trụ sở")
    assert "Đã giao tại trụ sở" in text(officer.get(page(returned)))


def test_nobody_handles_his_own(returned: Errand, holder: Holder) -> None:
    own = signed_in(a_user(Role.CASE_OFFICER, citizen_number=str(holder.citizen_number)))
    assert own.post(page(returned), {"act": "handle", "note": "x"}).status_code == 403
    returned.refresh_from_db()
    assert returned.state == "dead"


def test_the_register_says_that_something_waits(client: Client, returned: Errand, officer: Client) -> None:
    def check() -> tuple[str, dict[str, Any]]:
        answer = client.get("/api/v1/ready").json()
        return answer["status"], next(one for one in answer["checks"] if one["name"] == "undelivered_notices")

    assert check() == ("degraded", {"name": "undelivered_notices", "status": "late", "count": 1})
    officer.post(page(returned), {"act": "handle", "note": "Đã gọi điện"})
    assert check()[1] == {"name": "undelivered_notices", "status": "ok", "count": 0}


def test_the_officer_sees_in_words_whether_the_driver_was_told(holder: Holder) -> None:
    told()
    client = signed_in(a_user(Role.ROADSIDE))

    def shown() -> str:
        asked = {"query": "790000000001", "purpose": "roadside_check", "reference": "CH-1"}
        answer = client.post("/desk/tra-cuu", asked, follow=True)
        return text(answer)

    assert "Chưa báo</strong>" in shown()
    notice = Notice.objects.get()
    tasks.deliver(notice_ids=[notice.pk])
    assert "Đã gửi, chưa xác nhận</strong>" in shown()
    actions.open_notice(notice.pk, holder_id=holder.pk)
    assert "Đã báo, có xác nhận</strong>" in shown()
    assert "ngày thông báo" in shown()
