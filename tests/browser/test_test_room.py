"""A whole sitting on a tablet and on a phone, by keyboard alone, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from gplx.accounts.models import Role, User
from gplx.exams.models import Registration
from gplx.points.models import Account
from gplx.sittings import candidate_actions, papers, queries
from gplx.sittings.models import Answer, Sitting, State
from gplx.wallet.keys import KeyStore
from tests.sittings import room

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=False)]

Looks = Callable[..., None]


@pytest.fixture(autouse=True)
def _day_and_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GPLX_TODAY", room.TODAY.isoformat())
    KeyStore(tmp_path / "keys").make_missing(at=datetime(2026, 1, 1, tzinfo=UTC))
    monkeypatch.setenv("GPLX_KEYS", str(tmp_path / "keys"))


@pytest.fixture
def candidate(transactional_db: None) -> Registration:
    room.fill_bank()
    return room.a_candidate()


@pytest.fixture
def opened(
    browser: Browser, live_server: LiveServer, browser_context_args: dict[str, str]
) -> Iterator[Callable[..., BrowserContext]]:
    """Browsers of their own: a tablet, an officer's desk."""
    contexts: list[BrowserContext] = []

    def open_one(width: int, height: int, *, scripts: bool = True, user: User | None = None) -> BrowserContext:
        context = browser.new_context(
            **browser_context_args,  # type: ignore[arg-type]
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
        )
        contexts.append(context)
        if user is not None:
            session = SessionStore()
            session["_auth_user_id"] = str(user.pk)
            session["_auth_user_backend"] = "gplx.accounts.backends.IdentityBackend"
            session["_auth_user_hash"] = user.get_session_auth_hash()
            session.create()
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": live_server.url}]
            )
        return context

    yield open_one
    for context in contexts:
        context.close()


def tab_to(page: Page, selector: str, *, most: int = 60) -> None:
    """Reach an element by the Tab key alone."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement && document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"no way to {selector} by keyboard")


def answer_by_keyboard(page: Page, choice: int) -> None:
    """Choose an answer by arrows and the space bar; Enter keeps it and goes on."""
    tab_to(page, ".govuk-radios__input")
    page.keyboard.press("Space")
    for _ in range(choice - 1):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def code_from_desk(desk: Page, path: str) -> tuple[str, str]:
    desk.goto(path)
    desk.get_by_label("Căn cước, căn cước công dân").check()
    desk.get_by_role("button", name="Nhận vào phòng, cấp mã").click()
    return desk.locator("#candidate-number").inner_text(), desk.locator("#candidate-code").inner_text()


@pytest.mark.parametrize(("width", "height", "scripts"), [(768, 1024, False), (360, 740, True)])
def test_a_whole_sitting_by_keyboard(
    opened: Callable[..., BrowserContext],
    candidate: Registration,
    look_at: Looks,
    width: int,
    height: int,
    scripts: bool,
) -> None:
    path = f"/desk/phong-thi/{candidate.session_id}/{candidate.pk}"
    desk = opened(1280, 900, user=room.a_user(name="Cán Bộ Mẫu Một")).new_page()
    desk.goto("/desk/phong-thi")
    desk.get_by_role("link", name=re.compile("08:00")).click()
    look_at(desk, "room-desk-session")
    number, code = code_from_desk(desk, path)
    look_at(desk, "room-desk-code")

    tablet = opened(width, height, scripts=scripts)
    page = tablet.new_page()
    page.goto("/phong-thi")
    tab_to(page, "#id_number")
    page.keyboard.type(number)
    page.keyboard.press("Tab")
    page.keyboard.type("000000" if code != "000000" else "111111")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Chưa vào được bài")).to_be_visible()
    tab_to(page, "#id_code")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Trước khi bắt đầu")).to_be_visible()
    if scripts:
        look_at(page, "room-instructions")
    tab_to(page, "main button")
    page.keyboard.press("Enter")

    sitting = Sitting.objects.get()
    paper = papers.of(sitting).asked
    for asked in paper[:5]:
        expect(page.locator(".govuk-caption-m")).to_have_text(f"Câu {asked.number} trên 25")
        if asked.number == 2:
            if scripts:
                look_at(page, "room-question")
            # The browser crashes: another window of the tablet stands at the same place.
            page.close()
            page = tablet.new_page()
            page.goto("/phong-thi")
        answer_by_keyboard(page, asked.right_choice)
    # The others were answered in the same way.
    for asked in paper[5:24]:
        Answer.objects.create(
            sitting=sitting,
            admission=sitting.admissions.get(),
            position=asked.number,
            version=asked.version,
            choice=asked.right_choice,
        )
    page.goto("/phong-thi")
    expect(page.locator(".govuk-caption-m")).to_have_text("Câu 25 trên 25")
    tab_to(page, "button[value=flag]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Bỏ đánh dấu")).to_be_visible()
    tab_to(page, "button[value=overview]")
    page.keyboard.press("Enter")
    expect(page.locator(".room-place--flagged")).to_have_count(1)
    if scripts:
        look_at(page, "room-overview")
    tab_to(page, "a[href$='nop-bai']")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Còn 1 câu chưa trả lời.")).to_be_visible()
    tab_to(page, "main button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Đạt bài lý thuyết")).to_be_visible()
    if scripts:
        look_at(page, "room-done")
    tab_to(page, "main button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Vào bài kiểm tra")).to_be_visible()
    assert not [cookie for cookie in tablet.cookies() if cookie.get("name") == "gplx-phong-thi"]
    if not scripts:
        return  # What follows happens elsewhere, and is seen once.

    desk.goto(path)
    look_at(desk, "room-desk-submitted")
    desk.get_by_label("Đã xem kết quả và ký biên bản").check()
    desk.get_by_role("button", name="Ký kết quả").click()
    expect(desk.get_by_text("Bạn đã ký nên không thể tự xác nhận.")).to_be_visible()
    second = opened(360, 740, user=room.a_user(name="Cán Bộ Mẫu Hai")).new_page()
    second.goto(path)
    look_at(second, "room-desk-signed")
    second.get_by_role("button", name="Xác nhận kết quả").click()
    expect(second.get_by_text("Đã xác nhận: đạt, điểm đã được phục hồi.")).to_be_visible()
    look_at(second, "room-desk-confirmed")
    assert Account.objects.get().balance == 12

    citizen = room.a_user(Role.CITIZEN, citizen_number=candidate.holder.citizen_number or "")
    own = opened(360, 740, user=citizen).new_page()
    own.goto("/ket-qua-kiem-tra")
    look_at(own, "results")
    own.get_by_role("link", name=re.compile("xem từng câu")).click()
    expect(own.get_by_role("heading", name="Bạn đã đạt")).to_be_visible()
    expect(own.get_by_text("Đáp án đúng:")).to_be_visible()
    look_at(own, "result")
    with own.expect_download() as download:
        own.get_by_role("link", name="Tải biên bản (PDF)").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")


def test_a_question_fits_every_window_in_both_languages(
    opened: Callable[..., BrowserContext], candidate: Registration, look_at: Looks
) -> None:
    windows = ((1024, 768), (768, 1024), (1280, 900), (360, 740))
    desk = opened(1280, 900, user=room.a_user()).new_page()
    number, code = code_from_desk(desk, f"/desk/phong-thi/{candidate.session_id}/{candidate.pk}")
    page = opened(*windows[-1]).new_page()
    page.goto("/phong-thi")
    look_at(page, "room-enter")
    page.get_by_label("Số báo danh").fill(number)
    page.get_by_label("Mã vào bài").fill(code)
    page.get_by_role("button", name="Vào bài").click()
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    # Choosing keeps the answer at once, before anything is sent by hand.
    page.locator(".govuk-radios__label").nth(1).click()
    expect(page.locator("#kept")).to_contain_text("Đã lưu câu 1.")
    sitting = Sitting.objects.get()
    assert queries.last_answers(sitting.pk) == {1: 2}
    before = page.locator("#time-left strong").inner_text()
    page.wait_for_function("before => document.querySelector('#time-left strong').textContent !== before", arg=before)
    for width, height in windows:
        page.set_viewport_size({"width": width, "height": height})
        look_at(page, "room-question-chosen")
        heights = page.locator(".room-button, .room-place").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().height)"
        )
        assert heights
        assert min(heights) >= 44
    page.get_by_role("button", name="English").click()
    expect(page.locator("#asked")).to_have_text(re.compile(r"Question \d+\?|Fatal \d+\?"))


def test_a_second_tablet_ends_the_first_and_time_ends_all(
    opened: Callable[..., BrowserContext], candidate: Registration, look_at: Looks
) -> None:
    desk = opened(1280, 900, user=room.a_user()).new_page()
    path = f"/desk/phong-thi/{candidate.session_id}/{candidate.pk}"
    first, second = opened(768, 1024).new_page(), opened(768, 1024).new_page()
    for page in (first, second):
        if page is second:
            desk.goto(path)
            desk.get_by_label("Căn cước điện tử", exact=True).check()
            desk.get_by_label("Vì sao cần máy khác").fill("máy hỏng")
            desk.get_by_role("button", name="Cấp mã cho máy khác").click()
            number, code = desk.locator("#candidate-number").inner_text(), desk.locator("#candidate-code").inner_text()
        else:
            number, code = code_from_desk(desk, path)
        page.goto("/phong-thi")
        page.get_by_label("Số báo danh").fill(number)
        page.get_by_label("Mã vào bài").fill(code)
        page.get_by_role("button", name="Vào bài").click()
        if page is first:
            page.get_by_role("button", name="Bắt đầu làm bài").click()
            page.locator(".govuk-radios__label").first.click()
            expect(page.locator("#kept")).to_contain_text("Đã lưu câu 1.")
    expect(second.locator(".govuk-caption-m")).to_have_text("Câu 2 trên 25")
    first.get_by_role("button", name="Lưu và sang câu sau").click()
    expect(first.get_by_role("heading", name="Máy này không còn dùng cho bài kiểm tra")).to_be_visible()
    look_at(first, "room-ended")
    # The time runs out while the second tablet sleeps; whatever it sends next finds the paper handed in.
    from gplx.sittings import instants

    Sitting.objects.update(deadline_at=instants.now())
    second.locator(".govuk-radios__label").first.click()
    second.get_by_role("button", name="Lưu và sang câu sau").click()
    expect(second.get_by_text("Hết giờ: bài được thu như đang có.")).to_be_visible()
    sitting = Sitting.objects.get()
    assert sitting.state == State.SUBMITTED
    assert queries.last_answers(sitting.pk) == {1: 1}
    assert candidate_actions.submit_overdue() == 0
