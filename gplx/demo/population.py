"""An invented population: holders and their licences, the same for the same seed, loaded by COPY."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from gplx.demo.people import CITIZENS, Person
from gplx.law import licences as law
from gplx.law import provinces
from gplx.law.text import fold, sort_key

FAMILY_NAMES = ("Mẫu", "Thử", "Ví", "Giả")
MIDDLE_NAMES = {"male": ("Văn", "Hữu", "Đức", "Quang", "Minh"), "female": ("Thị", "Ngọc", "Thu", "Bích", "Diệu")}
GIVEN_NAMES = {
    "male": ("An", "Bình", "Cường", "Dũng", "Đạt", "Giang", "Hải", "Hiếu", "Hòa", "Hùng", "Khánh", "Lâm", "Sơn", "Vũ"),
    "female": ("Ánh", "Chi", "Dung", "Đào", "Hà", "Hạnh", "Hằng", "Hoa", "Huệ", "Hương", "Lan", "Mỹ", "Nga", "Yến"),
}
CAR_2025 = ("B", "B", "B", "B", "C1", "C", "D2")
CAR_BEFORE = ("B2", "B2", "B2", "B1", "C", "D", "FC")
FIRST_ISSUE, OLDEST_BIRTH = date(2013, 1, 1), date(1956, 1, 1)
YOUNGEST_BIRTH_YEARS = 25


@dataclass(frozen=True, slots=True)
class Resident:
    """A holder with one licence; `holder_id` is also the number of the licence's row."""

    holder_id: int
    name: str
    sex: str
    birth_date: date
    citizen_number: str
    old_number: str
    licence_number: str
    province_code: str
    issue_date: date
    classes: tuple[tuple[str, str], ...]

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(law.part(code, regime) for code, regime in self.classes))


def residents(count: int, seed: int, today: date) -> Iterator[Resident]:
    """The named people first, then invented ones, `count` in all."""
    for number, person in enumerate(CITIZENS[:count], start=1):
        yield _named(person, number)
    chance = random.Random(f"residents {seed}")
    codes = [unit.code for unit in provinces.provinces(today)]
    codes_before = [unit.code for unit in provinces.provinces(date(2025, 6, 30))]
    for number in range(len(CITIZENS) + 1, count + 1):
        yield _invented(number, chance, codes, codes_before, today)


def _named(person: Person, number: int) -> Resident:
    regime = law.regime_on(person.issue_date)
    classes = tuple((code, regime) for code in person.categories)
    return Resident(
        number,
        person.name,
        person.sex,
        person.birth_date,
        person.citizen_number,
        person.old_number,
        person.licence_number,
        person.province_code,
        person.issue_date,
        classes,
    )


def _invented(number: int, chance: random.Random, codes: list[str], codes_before: list[str], today: date) -> Resident:
    sex = "male" if chance.random() < 0.62 else "female"
    name = f"{chance.choice(FAMILY_NAMES)} {chance.choice(MIDDLE_NAMES[sex])} {chance.choice(GIVEN_NAMES[sex])}"
    youngest = today.year - YOUNGEST_BIRTH_YEARS
    birth_date = _day_between(chance, OLDEST_BIRTH, date(youngest, 1, 1))
    adult_on = date(birth_date.year + 21, 12, 31)
    issue_date = _day_between(chance, max(FIRST_ISSUE, adult_on), max(today - timedelta(days=30), adult_on))
    regime = law.regime_on(issue_date)
    roll = chance.random()
    classes: list[tuple[str, str]] = []
    if roll < 0.85:
        motorcycle = "A1" if chance.random() < 0.85 else ("A2" if regime == "pre-2025" else "A")
        classes.append((motorcycle, regime))
    if roll > 0.55:
        car = chance.choice(CAR_BEFORE if regime == "pre-2025" else CAR_2025)
        known = law.licence_class(car, regime)
        if not law.is_old_enough(known, birth_date=birth_date, on=issue_date):
            car = "B2" if regime == "pre-2025" else "B"
        classes.append((car, regime))
    return Resident(
        number,
        name,
        sex,
        birth_date,
        f"9990{number:08d}" if chance.random() > 0.02 else "",
        f"9{number:08d}" if chance.random() < 0.05 else "",
        f"99{number:010d}",
        chance.choice(codes),
        issue_date,
        tuple(classes),
    )


def _day_between(chance: random.Random, first: date, last: date) -> date:
    return first + timedelta(days=chance.randint(0, max(0, (last - first).days)))


_TABLES = {
    "licences_holder": ("id, citizen_number, name, name_folded, name_key, birth_date, sex, address, province_code"),
    "licences_identityalias": "number, holder_id",
    "licences_licence": "id, number, holder_id, blank_number, issue_date, issuing_province, status",
    "licences_entitlement": "licence_id, category, regime, part, issue_date, expiry_date, restriction",
}
_CHUNK = 50_000


def load(people: Iterator[Resident], progress: object = None) -> list[Resident]:
    """Copy residents into an empty register; returns them for the history that follows."""
    loaded: list[Resident] = []
    while chunk := [resident for resident, _ in zip(people, range(_CHUNK), strict=False)]:
        _copy("licences_holder", map(_holder, chunk))
        _copy("licences_identityalias", ((one.old_number, one.holder_id) for one in chunk if one.old_number))
        _copy("licences_licence", map(_licence, chunk))
        _copy("licences_entitlement", (row for one in chunk for row in _entitlements(one)))
        loaded += chunk
        if progress is not None:
            progress.update(len(chunk))  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        for table in ("licences_holder", "licences_licence"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
    return loaded


def _copy(table: str, rows: Iterator[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({_TABLES[table]}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _holder(one: Resident) -> tuple[object, ...]:
    place = provinces.province(one.province_code, date.max).name_vi
    return (
        one.holder_id,
        one.citizen_number or None,
        one.name,
        fold(one.name),
        sort_key(one.name),
        one.birth_date,
        one.sex,
        f"{one.holder_id % 300 + 1} đường Mẫu, {place}",
        one.province_code,
    )


def _licence(one: Resident) -> tuple[object, ...]:
    return (
        one.holder_id,
        one.licence_number,
        one.holder_id,
        f"ZZ{one.holder_id:07d}",
        one.issue_date,
        one.province_code,
        "valid",
    )


def _entitlements(one: Resident) -> Iterator[tuple[object, ...]]:
    for code, regime in one.classes:
        known = law.licence_class(code, regime)
        sex: law.Sex = "male" if one.sex == "male" else "female"
        expiry = law.expiry_date(known, issue_date=one.issue_date, birth_date=one.birth_date, sex=sex)
        yield one.holder_id, code, regime, known.part, one.issue_date, expiry, ""
