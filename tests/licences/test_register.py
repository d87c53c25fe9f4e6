"""Registering and exchanging licences; the points of a person stay with the person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gplx.errors import MoveNotAllowedError
from gplx.law.licences import UnknownClassError
from gplx.licences.actions import (
    NewEntitlement,
    NewHolder,
    NewLicence,
    NumberFormError,
    OtherLicenceError,
    OtherPersonError,
    exchange,
    register,
)
from gplx.licences.models import Entitlement, Holder, IdentityAlias, Licence, Part
from gplx.licences.queries import Described, by_number, matching, parts_of, tidy_number
from gplx.points.actions import NewFact, record
from gplx.points.models import Account, FactKind

pytestmark = pytest.mark.django_db

BIRTH, ISSUED = date(1990, 5, 1), date(2020, 1, 2)
PERSON = NewHolder("Nguyễn Thị Mẫu", BIRTH, "female", "01", citizen_number="001190000001", old_numbers=("012345678",))
CAR = NewEntitlement("B2", "pre-2025", ISSUED)
LICENCE = NewLicence("790000000001", ISSUED, "79", (CAR, NewEntitlement("A1", "pre-2025", ISSUED)), blank_number="AA1")


def test_a_licence_is_registered_with_its_classes_as_the_law_has_them() -> None:
    licence = register(PERSON, LICENCE)
    holder = licence.holder
    assert (holder.name_folded, holder.citizen_number, holder.name_key != "") == (
        "nguyen thi mau",
        "001190000001",
        True,
    )
    assert list(licence.entitlements.order_by("category").values_list("category", "part", "expiry_date")) == [
        ("A1", "motorcycle", None),
        ("B2", "car", date(2030, 1, 2)),
    ]
    assert IdentityAlias.objects.get().holder == holder
    assert parts_of(holder.pk) == [Part.MOTORCYCLE, Part.CAR]


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Holder, Licence, Entitlement, IdentityAlias))


def test_the_same_again_changes_nothing() -> None:
    first = register(PERSON, LICENCE)
    assert register(PERSON, LICENCE) == first
    assert register(PERSON._replace(name="NGUYỄN THỊ MẪU", citizen_number=None), LICENCE) == first
    assert counts() == (1, 1, 2, 1)


@pytest.mark.parametrize(
    "changes", [{"issue_date": date(2020, 1, 3)}, {"entitlements": (CAR,)}, {"blank_number": "AA2"}]
)
def test_a_known_number_with_other_content_is_refused(changes: dict[str, Any]) -> None:
    register(PERSON, LICENCE)
    with pytest.raises(OtherLicenceError):
        register(PERSON, LICENCE._replace(**changes))
    assert counts() == (1, 1, 2, 1)


@pytest.mark.parametrize("changes", [{"birth_date": date(1990, 5, 2)}, {"name": "Nguyễn Thị Khác"}])
@pytest.mark.parametrize("known_by", [{"citizen_number": None}, {"old_numbers": ()}])
def test_numbers_of_another_person_are_refused(changes: dict[str, Any], known_by: dict[str, Any]) -> None:
    register(PERSON, LICENCE)
    other = LICENCE._replace(number="790000000002")
    with pytest.raises(OtherPersonError):
        register(PERSON._replace(**changes, **known_by), other)
    assert counts() == (1, 1, 2, 1)


def test_a_person_known_by_an_old_number_gets_the_new_one() -> None:
    register(PERSON._replace(citizen_number=None), LICENCE)
    holder = register(PERSON, LICENCE).holder
    assert (Holder.objects.count(), holder.citizen_number) == (1, "001190000001")
    with pytest.raises(OtherPersonError):
        register(PERSON._replace(citizen_number="001190000009"), LICENCE)


@pytest.mark.parametrize("number", ["79000000001", "7900000000011", "79000000000x", "７９０００００００００１"])
def test_numbers_have_their_form(number: str) -> None:
    with pytest.raises(NumberFormError):
        register(PERSON, LICENCE._replace(number=number))
    with pytest.raises(NumberFormError):
        register(PERSON._replace(citizen_number=number), LICENCE)
    with pytest.raises(NumberFormError):
        register(PERSON._replace(old_numbers=(number,)), LICENCE)
    assert counts() == (0, 0, 0, 0)


def test_a_class_exists_in_its_regime() -> None:
    with pytest.raises(UnknownClassError):
        register(PERSON, LICENCE._replace(entitlements=(NewEntitlement("B2", "2025", ISSUED),)))


def exhausted(holder_id: int) -> None:
    content = {"acted_on": "2026-01-01", "offences": [{"points": 12, "drug": False}]}
    key = "1/2026/CSGT-01"
    fact = NewFact(holder_id, "car", FactKind.DECISION, f"decision:{key}", date(2026, 1, 10), content, key)
    record([fact], today=date(2026, 1, 10))


NEW = NewLicence("790000000002", date(2026, 2, 1), "01", (NewEntitlement("B", "2025", date(2026, 2, 1)),))


@pytest.mark.parametrize("number", ["790000000001", "790000000002"])
def test_reading_20_an_exchanged_licence_goes_on_with_the_same_account(number: str) -> None:
    holder = register(PERSON, LICENCE).holder
    exhausted(holder.pk)
    before = Account.objects.values().get()
    licence = exchange("790000000001", NEW._replace(number=number))
    assert Account.objects.values().get() == before
    assert before["balance"] == 0
    assert (licence.holder_id, licence.number, licence.status) == (holder.pk, number, "valid")
    assert list(licence.entitlements.values_list("category", "part")) == [("B", "car")]
    old = Licence.objects.get(number="790000000001")
    assert old.status == ("valid" if old == licence else "replaced")
    # A decision that names either number still finds the person.
    described = [Described(one, BIRTH, "nguyen thi mau", "car") for one in {"790000000001", number}]
    assert {match.holder_id for match in matching(described)} == {holder.pk}
    assert {match.difference for match in matching(described)} == {""}


def test_an_exchange_told_twice_is_one_and_a_replaced_licence_is_not_exchanged_again() -> None:
    register(PERSON, LICENCE)
    first = exchange("790000000001", NEW)
    assert exchange("790000000001", NEW) == first
    with pytest.raises(OtherLicenceError):
        exchange("790000000001", NEW._replace(blank_number="ZZ9"))
    with pytest.raises(MoveNotAllowedError):
        exchange("790000000001", NEW._replace(number="790000000003"))
    with pytest.raises(MoveNotAllowedError):
        exchange("790000000001", NEW._replace(number="790000000001"))
    assert Licence.objects.count() == 2


def test_an_upgrade_that_adds_a_part_starts_it_with_all_points() -> None:
    rider = NewLicence("790000000001", ISSUED, "79", (NewEntitlement("A1", "pre-2025", ISSUED),))
    holder = register(PERSON, rider).holder
    assert parts_of(holder.pk) == [Part.MOTORCYCLE]
    exchange("790000000001", NEW._replace(entitlements=(*rider.entitlements, *NEW.entitlements)))
    assert parts_of(holder.pk) == [Part.MOTORCYCLE, Part.CAR]
    assert not Account.objects.exists()


def test_a_number_as_people_type_it() -> None:
    assert tidy_number(" 790 000.000-001\u00a0") == "790000000001"
    register(PERSON, LICENCE)
    found = by_number("790000000001")
    assert found is not None
    assert found.holder.name == "Nguyễn Thị Mẫu"
    assert by_number("79000000000") is None
