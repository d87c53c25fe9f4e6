"""The demo: what is said of each named person is so, and the same seed makes the same register."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import TestCase
from pytest_django import Settings

from gplx import clock
from gplx.demo.people import CITIZENS, PEOPLE
from gplx.exams.models import Registration
from gplx.law.working_days import next_working_day
from gplx.licences.models import Holder, Licence
from gplx.mailroom.models import Batch, Letter
from gplx.points import installation
from gplx.points.models import Account
from gplx.points.queries import statement
from gplx.project.cli import main
from gplx.sanctions.models import Decision
from gplx.sittings import queries as sittings
from gplx.sittings.models import Minutes

TODAY = "2026-11-22"


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> date:
    monkeypatch.setenv("GPLX_TODAY", getattr(request, "param", TODAY))
    return clock.today()


@pytest.fixture
def demo(db: None, today: date) -> None:
    assert main(["demo", "--licences", "300", "--decisions", "250", "--reset"]) == 0


def accounts(key: str) -> dict[str, Account]:
    number = next(person.citizen_number for person in CITIZENS if person.key == key)
    return {account.part: account for account in Account.objects.filter(holder__citizen_number=number)}


def the_named_people_are_what_is_said_of_them(today: date) -> None:
    tomorrow = today + timedelta(days=1)
    assert accounts("clean") == {}
    assert accounts("four-left")["car"].balance == 4
    drugs = accounts("drugs")["car"]
    assert (drugs.balance, drugs.wait_months, drugs.needs_drug_free_certificate) == (0, 24, True)
    assert drugs.test_from is not None
    assert timedelta(0) < drugs.test_from - today < timedelta(days=62)
    restored = accounts("restored")["car"]
    assert restored.balance == 12
    assert restored.entries.get(kind="restoration").takes_effect_on == today - timedelta(days=1)
    annulled = accounts("annulled")["car"]
    assert annulled.balance == 12
    assert [entry.kind for entry in annulled.entries.order_by("number")] == ["deduction", "reversal"]
    assert accounts("tomorrow")["car"].restores_on == tomorrow
    pending = accounts("pending")["car"]
    assert (pending.balance, pending.next_change_on) == (10, tomorrow)
    assert [decision.effective_on for decision in statement(pending.pk).pending] == [tomorrow]
    parts = accounts("two-parts")
    assert (parts["motorcycle"].balance, parts["car"].balance) == (8, 2)
    assert accounts("revoked")["car"].revoked
    assert accounts("test-tomorrow")["car"].test_from == tomorrow
    passed = accounts("passed")["car"]
    assert (passed.balance, passed.entries.filter(kind="test_restoration").count()) == (12, 1)
    for key in ("failed-test", "ready-to-sit"):
        waiting = accounts(key)["car"]
        assert (waiting.balance, waiting.test_from is not None and waiting.test_from <= today) == (0, True)
    old = Holder.objects.get(aliases__number="999000012")
    assert old.citizen_number == next(person.citizen_number for person in CITIZENS if person.key == "old-number")
    assert accounts("ready")["car"].test_from == today - timedelta(days=20)
    states = {}
    for key in ("ready", "registered", "refused"):
        number = next(person.citizen_number for person in CITIZENS if person.key == key)
        found = Registration.objects.filter(holder__citizen_number=number).first()
        states[key] = found and found.dossier.state
    assert states == {"ready": None, "registered": "received", "refused": "refused"}
    number = next(person.citizen_number for person in CITIZENS if person.key == "registered")
    registered = Registration.objects.get(holder__citizen_number=number)
    assert registered.session is not None
    assert registered.told_on is not None
    assert registered.session.on == next_working_day(tomorrow, provisional=True)
    assert main(["fsck"]) == 0


@pytest.mark.usefixtures("today")
class TestADemo(TestCase):
    """One demo, made once."""

    @classmethod
    def setUpTestData(cls) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GPLX_TODAY", TODAY)
            assert main(["demo", "--licences", "300", "--decisions", "250", "--reset"]) == 0

    def test_the_named_people_are_what_is_said_of_them(self) -> None:
        the_named_people_are_what_is_said_of_them(clock.today())

    def test_somebody_can_be_let_in_today_and_two_tests_were_held(self) -> None:
        waiting = [
            person for session in sittings.sessions_of("Phòng kiểm tra Mẫu") for person in sittings.people(session.pk)
        ]
        assert [person.registration.holder.name for person in waiting] == ["Mẫu Thị Sẵn"]
        assert sittings.obstacles(waiting[0].registration, on=clock.today()) == ()
        held = {
            minutes.sitting.holder.name: minutes.passed for minutes in Minutes.objects.select_related("sitting__holder")
        }
        assert held == {"Mẫu Thị Đỗ": True, "Mẫu Văn Trượt": False}

    def test_a_batch_is_printed_and_a_letter_of_another_came_back(self) -> None:
        states = dict(Batch.objects.values_list("state", "pk"))
        assert set(states) == {"ready", "posted"}
        assert Letter.objects.filter(batch=states["posted"], state="returned").count() == 1
        named = [person.citizen_number for person in CITIZENS]
        assert not Letter.objects.filter(attempt__notice__holder__citizen_number__in=named).exists()


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("today", ["2028-02-28"], indirect=True)
def test_the_named_people_of_another_day(today: date) -> None:
    the_named_people_are_what_is_said_of_them(today)


def content() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_id, number, kind, takes_effect_on, points, balance, recorded_on FROM points_entry "
            "ORDER BY account_id, number"
        )
        entries = cursor.fetchall()
        cursor.execute("SELECT id, name, citizen_number, birth_date FROM licences_holder ORDER BY 1")
        return [entries, cursor.fetchall()]


@pytest.mark.usefixtures("db", "today")
def test_the_same_seed_makes_the_same_register() -> None:
    told = ["demo", "--licences", "100", "--decisions", "120", "--reset"]
    assert main(told) == 0
    first = content()
    assert main(told) == 0
    assert content() == first
    assert main([*told, "--seed", "2"]) == 0
    assert content() != first


@pytest.mark.usefixtures("db", "today")
def test_a_register_with_licences_is_not_filled_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--licences", "20", "--decisions", "0"]) == 0
    assert main(["demo", "--licences", "25"]) == 2
    assert "not empty" in capsys.readouterr().err
    assert Licence.objects.count() == 20


def test_a_register_in_service_takes_no_invented_people(settings: Settings, db: None) -> None:
    settings.DEMO = False
    assert main(["demo", "--licences", "20"]) == 2
    assert not Licence.objects.exists()


@pytest.mark.django_db
def test_it_ends_by_saying_what_to_try(capsys: pytest.CaptureFixture[str], settings: Settings) -> None:
    assert main(["demo", "--people"]) == 0
    said = capsys.readouterr().out
    assert settings.BASE_URL in said
    assert all(person.name in said and person.special_vi in said for person in PEOPLE)


@pytest.mark.usefixtures("db", "today")
def test_some_decisions_do_not_match_and_some_are_late() -> None:
    assert main(["demo", "--licences", "300", "--decisions", "1500"]) == 0
    assert Decision.objects.filter(state="quarantined").exists()
    assert any(decision.recorded_on > decision.effective_on for decision in Decision.objects.filter(state="recorded"))
    assert any(decision.recorded_on < decision.effective_on for decision in Decision.objects.filter(state="recorded"))


@pytest.mark.usefixtures("db", "today")
def test_reading_01_only_a_reset_chooses_another_profile(settings: Settings) -> None:
    assert main(["demo", "--licences", "20", "--decisions", "0", "--reset"]) == 0
    settings.LAW_PROFILE = "in-force"
    assert main(["demo", "--people"]) == 2
    assert main(["demo", "--licences", "20", "--decisions", "0", "--reset"]) == 0
    assert installation.chosen() == "in-force"
    installation.check()


@pytest.mark.django_db
def test_a_demo_has_a_licence_for_each_named_person(capsys: pytest.CaptureFixture[str]) -> None:
    for licences in (0, len(CITIZENS) - 1):
        assert main(["demo", "--reset", "--licences", str(licences), "--decisions", "5"]) == 2
    assert f"{len(CITIZENS)} or more" in capsys.readouterr().err
    assert main(["demo", "--reset", "--licences", str(len(CITIZENS)), "--decisions", "5"]) == 0
