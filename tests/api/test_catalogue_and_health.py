"""The catalogue over HTTP, and what the machines that watch the register ask."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client

from gplx.law import catalogue
from gplx.licences.models import Holder
from tests.api.conftest import TODAY, Machine, a_decision, faults

pytestmark = pytest.mark.django_db

OFFENCES = "/api/v1/catalogue/offences"


def test_pages_of_the_catalogue_together_are_the_catalogue(police: Machine) -> None:
    codes: list[str] = []
    while True:
        page = police.get(f"{OFFENCES}?limit=40&offset={len(codes)}&law=in-force&on=2026-11-22").json()
        codes += [item["code"] for item in page["items"]]
        if not page["items"]:
            break
    assert codes == [row.code for row in catalogue.offences(TODAY, "in-force")]
    assert page["total"] == len(codes)


def test_filters_and_words_with_or_without_diacritics(police: Machine) -> None:
    found = police.get(f"{OFFENCES}?level=4&vehicle=car&text={quote('đèn đỏ')}&law=in-force").json()["items"]
    assert found
    assert {(item["points"], item["vehicle_group"]) for item in found} == {(4, "car")}
    assert found == police.get(f"{OFFENCES}?level=4&vehicle=car&text=den%20do&law=in-force").json()["items"]


def test_one_offence_on_a_day_and_through_time(police: Machine) -> None:
    shown = police.get(f"{OFFENCES}/{quote('168/2024:6.9.b', safe='')}?on=2026-01-01").json()
    assert (shown["row"]["code"], shown["row"]["points"]) == ("168/2024:6.9.b", 4)
    assert len(shown["history"]) >= 1
    assert police.get(f"{OFFENCES}/168/2024:6.9.b").status_code == 200
    assert police.get(f"{OFFENCES}/168/2024:99").status_code == 404
    early = police.get(f"{OFFENCES}/168/2024:6.9.b?on=2024-12-31")
    assert faults(early) == [("on", "code_not_in_force")]
    assert "2025-01-01" in early.json()["fields"][0]["title"]


def test_alive_and_ready_need_no_token(client: Client) -> None:
    assert client.get("/api/v1/health").json() == {"status": "ok"}
    ready = client.get("/api/v1/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "ok")
    assert [check["name"] for check in ready.json()["checks"]] == [
        "database",
        "migrations",
        "job_queue",
        "sweep",
        "exam_calendar",
        "exam_notices",
        "undelivered_notices",
        "status_lists",
        "pushes",
    ]


def test_a_sweep_that_is_behind_and_an_old_job_are_told(
    police: Machine, holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    police.post("/api/v1/decisions", a_decision(effective_on="2026-11-24"))
    monkeypatch.setenv("GPLX_TODAY", "2026-11-26")
    ready = police.get("/api/v1/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    assert ready.json()["checks"][3] == {"name": "sweep", "status": "late", "days": 2}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, scheduled_at, status)"
            " VALUES ('notices', 'notices.deliver', '{}', now() - interval '1 hour', 'todo')"
        )
    assert police.get("/api/v1/ready").json()["checks"][2]["status"] == "late"


def test_the_description_and_its_page_are_served_from_here(client: Client) -> None:
    description = client.get("/api/v1/openapi.json").json()
    assert description["openapi"] == "3.1.0"
    assert set(description["components"]["securitySchemes"]["oauth2"]["flows"]) == {"clientCredentials"}
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    text = page.content.decode()
    assert "https://" not in text
    assert "http://" not in text
    assert "<style" not in text
