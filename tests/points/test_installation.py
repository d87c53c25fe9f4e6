"""An installation runs under exactly one profile, chosen once (reading 1)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from gplx.points import installation
from gplx.points.models import Installation

pytestmark = pytest.mark.django_db


def test_reading_01_who_makes_the_tables_stores_the_profile(settings: Settings) -> None:
    assert installation.chosen() == settings.LAW_PROFILE
    installation.check()


def test_reading_01_the_first_choice_stays(settings: Settings) -> None:
    settings.LAW_PROFILE = "in-force"
    installation.choose()
    assert [row.law_profile for row in Installation.objects.all()] == ["draft-2024-10"]


def test_reading_01_settings_that_differ_are_refused_with_both_names_and_the_cure(settings: Settings) -> None:
    settings.LAW_PROFILE = "in-force"
    with pytest.raises(installation.OtherProfileError, match=r"draft-2024-10.*in-force.*GPLX_LAW=draft-2024-10"):
        installation.check()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE points_installation SET law_profile = 'in-force'",
        "DELETE FROM points_installation",
        "INSERT INTO points_installation VALUES (true, 'in-force', '2026-01-01')",
        "INSERT INTO points_installation VALUES (false, 'in-force', '2026-01-01')",
    ],
)
def test_reading_01_the_row_is_the_only_one_and_stays(statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert installation.chosen() == "draft-2024-10"


def test_a_database_without_a_choice_is_not_prepared() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE points_installation")
    with pytest.raises(installation.NotPreparedError, match="gplx migrate"):
        installation.check()
    installation.refuse_another_profile()
