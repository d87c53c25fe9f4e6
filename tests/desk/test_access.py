"""Who may open which page of the desk (T37): the matrix is made from the addresses, and every address must be in it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from gplx.accounts.models import Role
from gplx.desk.urls import urlpatterns
from tests.desk.conftest import a_user, signed_in

pytestmark = pytest.mark.django_db

EVERYBODY_AT_THE_DESK = Role.ROADSIDE
LEAST: dict[str, Role | frozenset[Role]] = {
    "home": frozenset({Role.ROADSIDE, Role.CASE_OFFICER, Role.EXAMINER, Role.CLINIC}),
    "look_up": EVERYBODY_AT_THE_DESK,
    "choose": EVERYBODY_AT_THE_DESK,
    "look": EVERYBODY_AT_THE_DESK,
    "statement": EVERYBODY_AT_THE_DESK,
    "licence_check": EVERYBODY_AT_THE_DESK,
    "offline_kit": EVERYBODY_AT_THE_DESK,
    "pushes": Role.ADMINISTRATOR,
    "catalogue": EVERYBODY_AT_THE_DESK,
    "offence": EVERYBODY_AT_THE_DESK,
    "intake": Role.CASE_OFFICER,
    "suggestions": Role.CASE_OFFICER,
    "intake_check": Role.CASE_OFFICER,
    "decision": Role.CASE_OFFICER,
    "annulments": Role.CASE_OFFICER,
    "annulment_form": Role.CASE_OFFICER,
    "annulment_check": Role.CASE_OFFICER,
    "annulment": Role.CASE_OFFICER,
    "quarantine": Role.CASE_OFFICER,
    "quarantine_item": Role.CASE_OFFICER,
    "undelivered": Role.CASE_OFFICER,
    "undelivered_item": Role.CASE_OFFICER,
    "files": Role.CASE_OFFICER,
    "file_template": Role.CASE_OFFICER,
    "file": Role.CASE_OFFICER,
    "file_progress": Role.CASE_OFFICER,
    "file_take": Role.CASE_OFFICER,
    "file_result": Role.CASE_OFFICER,
    "person_statement": EVERYBODY_AT_THE_DESK,
    "person_letters": EVERYBODY_AT_THE_DESK,
    "person_letter_done": EVERYBODY_AT_THE_DESK,
    "person_paper": EVERYBODY_AT_THE_DESK,
    "mail": Role.CASE_OFFICER,
    "mail_new": Role.CASE_OFFICER,
    "mail_batch": Role.CASE_OFFICER,
    "mail_progress": Role.CASE_OFFICER,
    "mail_print": Role.CASE_OFFICER,
    "mail_receipt": Role.CASE_OFFICER,
    "mail_letter": Role.CASE_OFFICER,
    "exam_month": frozenset({Role.EXAMINER}),
    "exam_duties": frozenset({Role.EXAMINER}),
    "exam_session": frozenset({Role.EXAMINER}),
    "exam_move": frozenset({Role.EXAMINER}),
    "exam_cancel": frozenset({Role.EXAMINER}),
    "registrations": frozenset({Role.EXAMINER}),
    "registration": frozenset({Role.EXAMINER}),
    "test_sessions": frozenset({Role.EXAMINER}),
    "test_results": frozenset({Role.EXAMINER}),
    "test_statistics": frozenset({Role.EXAMINER}),
    "test_session": frozenset({Role.EXAMINER}),
    "test_candidate": frozenset({Role.EXAMINER}),
    "test_minutes": frozenset({Role.EXAMINER}),
    "certificates": Role.CASE_OFFICER,
    "certificate": Role.CASE_OFFICER,
    "certificate_copy": Role.CASE_OFFICER,
    "certificate_copy_file": Role.CASE_OFFICER,
    "facilities": Role.ADMINISTRATOR,
    "facility": Role.ADMINISTRATOR,
    "clinic": frozenset({Role.CLINIC}),
    "clinic_new": frozenset({Role.CLINIC}),
    "clinic_check": frozenset({Role.CLINIC}),
    "clinic_done": frozenset({Role.CLINIC}),
    "clinic_correct": frozenset({Role.CLINIC}),
    "questions": frozenset({Role.EXAMINER}),
    "questions_sample": frozenset({Role.EXAMINER}),
    "question": frozenset({Role.EXAMINER}),
    "questions_bring_in": Role.ADMINISTRATOR,
    "questions_template": Role.ADMINISTRATOR,
    "questions_file": Role.ADMINISTRATOR,
}
ARGUMENTS = {
    "version_id": 1,
    "copy_id": 1,
    "facility_id": 1,
    "number": 1,
    "part": "car",
    "code": "168/2024:6.3.h",
    "draft": "none",
    "decision_id": 1,
    "proposal_id": 1,
    "errand_id": 1,
    "file_id": 1,
    "key": "quy-tac-01",
    "kind": "csv",
    "letter_id": 1,
    "letter_code": "none",
    "which": "thu",
    "province_code": "01",
    "batch_id": 1,
    "session_id": 1,
    "registration_id": 1,
    "copy": "file",
}
RANK = [Role.ROADSIDE, Role.CASE_OFFICER, Role.ADMINISTRATOR]


def allowed(page: str) -> set[Role]:
    """Who may open a page: a role and those above it, or the roles named and the administrator."""
    expected = LEAST[page]
    return {*RANK[RANK.index(expected) :]} if isinstance(expected, Role) else {*expected, Role.ADMINISTRATOR}


def address(pattern: URLPattern) -> str:
    wanted = {name: ARGUMENTS[name] for name in pattern.pattern.converters}
    return reverse(f"desk:{pattern.name}", kwargs=wanted)


def test_every_address_of_the_desk_has_an_expectation():
    assert {pattern.name for pattern in urlpatterns} == set(LEAST)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda pattern: pattern.name)
def test_a_visitor_is_asked_to_sign_in(pattern: URLPattern, method: str):
    path = address(pattern)
    answer = getattr(Client(), method)(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/can-bo/dang-nhap?next={path.replace(':', '%3A')}")
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda pattern: pattern.name)
def test_a_page_opens_to_its_roles_and_to_nobody_else(pattern: URLPattern, role: Role, method: str):
    client = signed_in(a_user(role))
    answer = getattr(client, method)(address(pattern))
    is_allowed = role in allowed(str(pattern.name))
    assert (answer.status_code != 403) is is_allowed
    assert answer["Cache-Control"] == "no-store"
    if not is_allowed:
        assert "Bạn không mở được trang này" in answer.content.decode()


def test_a_form_without_its_token_changes_nothing():
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_user(Role.CASE_OFFICER), backend="gplx.accounts.backends.IdentityBackend")
    answer = client.post("/desk/tra-cuu", {"query": "790000000001", "purpose": "roadside_check"})
    assert answer.status_code == 403
    assert "mở lại trang" in answer.content.decode()
