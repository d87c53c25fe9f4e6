"""The proof that versions and facts say the same finds what does not."""

from __future__ import annotations

import pytest

from gplx.health import actions, fsck
from gplx.points import actions as points
from gplx.points.actions import NewFact
from gplx.points.models import FactKind
from tests.health.hospitals import TODAY, a_holder, fields, receive, register, signed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _hospital():
    register()


def problems() -> list[tuple[str, str]]:
    return [(broken.table, broken.problem) for broken in fsck.check()]


def test_a_life_of_versions_holds():
    holder = a_holder()
    receive(signed(fields(holder)))
    receive(signed(fields(holder, drugs_found=True, conclusion="A0-2", edit=True)))
    receive(signed(fields(holder, edit=True)))
    receive(signed(fields(holder, drugs_found=True, conclusion="A0-2", number="00016/GKSKLX/99001/26")))
    receive(signed(fields(number="00017/GKSKLX/99001/26")))
    assert problems() == []


def test_a_fact_of_no_version_is_found():
    holder = a_holder()
    content = {"certificate": "99001|00099/GKSKLX/99001/26|B|1"}
    kind = FactKind.DRUG_FREE_CERTIFICATE
    points.record([NewFact(holder.pk, "car", kind, "certificate:x", TODAY, content)], today=TODAY)
    assert problems() == [("points_fact", "names a certificate that no version stands by")]


def test_a_fact_that_was_taken_back_behind_the_version_is_found():
    holder = a_holder(parts=("car",))
    version = receive(signed(fields(holder))).version
    withdrawal = NewFact(
        holder.pk,
        "car",
        FactKind.CERTIFICATE_WITHDRAWN,
        "certificate_withdrawn:x",
        TODAY,
        {"certificate": version.fact_key},
    )
    points.record([withdrawal], today=TODAY)
    assert [table for table, _ in problems()] == ["health_version"]


def test_a_part_that_came_later_is_told():
    from datetime import date

    from gplx.licences.models import Entitlement

    holder = a_holder(parts=("car",))
    receive(signed(fields(holder)))
    assert actions.tell_new_parts(limit=10, today=TODAY) == 0
    Entitlement.objects.create(
        licence=holder.licences.get(),
        category="A1",
        regime="pre-2025",
        part="motorcycle",
        issue_date=date(2020, 1, 2),
    )
    assert actions.tell_new_parts(limit=10, today=TODAY) == 1
    assert actions.tell_new_parts(limit=10, today=TODAY) == 0
    assert problems() == []
