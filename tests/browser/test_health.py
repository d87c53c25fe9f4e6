"""Health certificates in a real browser: a clinic on a phone, the desk, the registry, and the citizen's page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from gplx.accounts.models import User
from gplx.gateways.sandbox import hospital as sandbox
from gplx.health import copy_actions, queries
from tests.browser.conftest import PHONE
from tests.health.hospitals import TODAY, a_holder, fields, hospital, receive, register, signed
from tests.health.test_copies import a_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=False)]
Look = Callable[..., None]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())


@pytest.fixture
def context(
    browser: Browser, live_server: LiveServer, browser_context_args: dict[str, str]
) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        **browser_context_args,  # type: ignore[arg-type]
        base_url=live_server.url,
        viewport={"width": PHONE, "height": 900},
    )
    yield opened
    opened.close()


def sign_in(context: BrowserContext, user: User, url: str) -> Page:
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "gplx.accounts.backends.IdentityBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    name = django_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": str(session.session_key), "url": url}])
    return context.new_page()


def day(page: Page, name: str, text: str) -> None:
    for part, value in zip(("day", "month", "year"), text.split("/"), strict=True):
        page.fill(f"#id_{name}_{part}", value)


def test_a_doctor_writes_a_certificate_on_a_phone_and_the_citizen_reads_it(
    context: BrowserContext, live_server: LiveServer, look_at: Look
) -> None:
    register()
    holder = a_holder()
    doctor = a_user("clinic")
    doctor.unit = "99001"
    doctor.save()
    page = sign_in(context, doctor, live_server.url)
    page.goto("/desk/kham-suc-khoe")
    look_at(page, "clinic")
    page.click("text=Lập giấy khám mới")
    page.click("button:has-text('Xem lại')")
    look_at(page, "clinic-form-faults")
    for name, value in {
        "name": holder.name, "identity_number": "999085000002", "identity_issued_by": "Cục CS QLHC",
        "address": "Số 1 phố Thử Nghiệm", "commune": "00004", "doctor": "BS Mẫu",
    }.items():  # fmt: skip
        page.fill(f"#id_{name}", value)
    for name in ("sex_0", "drugs_0", "conclusion_0"):
        page.check(f"#id_{name}")
    page.select_option("#id_province", "01")
    page.select_option("#id_category", "B")
    day(page, "birth_date", "01/02/1985")
    day(page, "identity_issued_on", "01/02/2022")
    page.click("button:has-text('Xem lại')")
    look_at(page, "clinic-check")
    page.check("#confirmed")
    page.click("button:has-text('Gửi giấy khám')")
    look_at(page, "clinic-done")
    assert queries.drug_free(holder.pk, TODAY).is_suitable
    context.clear_cookies()
    citizen = sign_in(context, a_user("citizen", "999085000002"), live_server.url)
    citizen.goto("/suc-khoe")
    assert "Âm tính" in citizen.content()
    look_at(citizen, "health")


def test_a_citizen_without_one_and_an_officer_who_reads_a_copy(
    context: BrowserContext, live_server: LiveServer, look_at: Look
) -> None:
    register()
    holder = a_holder()
    receive(signed(fields(holder, name="Lê Thị Mẫu", number="00021/GKSKLX/99001/26")))
    page = sign_in(context, a_user("citizen", "999085000002"), live_server.url)
    page.goto("/suc-khoe")
    look_at(page, "health-none")
    page.click("text=Báo cho tôi khi giấy khám đến")
    page.wait_for_selector(".govuk-notification-banner")
    page.set_input_files("#tep", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n"})
    page.click("button:has-text('Nộp bản sao')")
    page.wait_for_selector(".govuk-error-summary")
    look_at(page, "health-refused")
    data = sandbox.certified_copy(hospital(), fields(holder))
    copy = copy_actions.bring(holder, data, user=User.objects.get(), today=TODAY)
    context.clear_cookies()
    officer = sign_in(context, a_user("administrator"), live_server.url)
    officer.goto("/desk/giay-kham")
    look_at(officer, "certificates")
    officer.click("text=00021/GKSKLX/99001/26")
    look_at(officer, "certificate")
    officer.goto(f"/desk/giay-kham/ban-sao/{copy.pk}")
    officer.click("button:has-text('Ghi nhận giấy khám')")
    look_at(officer, "certificate-copy")
    officer.goto("/desk/co-so-kham")
    look_at(officer, "facilities")
    officer.click("text=99001")
    look_at(officer, "facility")
