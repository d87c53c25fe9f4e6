"""Reads of holders and licences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from gplx import database
from gplx.law.text import fold
from gplx.licences.models import Entitlement, Licence, Part

Difference: TypeAlias = Literal["", "licence_unknown", "birth_date_differs", "name_differs", "part_not_held"]

# What people type between the digits of a number; nothing else is taken away (B09).
_BETWEEN_DIGITS = str.maketrans("", "", " .-\u00a0\u2009\u202f")
_SHORTEST_NAME, _LONGEST_SEARCH = 2, 120


class Described(NamedTuple):
    """A licence as a decision describes it."""

    licence_number: str
    birth_date: date
    holder_name: str
    part: str


class Match(NamedTuple):
    """Whose licence was described; where `difference` is not empty, why it is not surely that person's (T21)."""

    holder_id: int | None
    difference: Difference


# One look at the three tables for any number of descriptions, by unique indexes only.
_MATCHING = """
    SELECT licence.holder_id,
           CASE WHEN licence.id IS NULL THEN 'licence_unknown'
                WHEN holder.birth_date <> told.birth_date THEN 'birth_date_differs'
                WHEN holder.name_folded <> told.name_folded THEN 'name_differs'
                WHEN NOT EXISTS (SELECT FROM licences_licence held
                                 JOIN licences_entitlement entitlement ON entitlement.licence_id = held.id
                                 WHERE held.holder_id = licence.holder_id AND entitlement.part = told.part)
                THEN 'part_not_held'
                ELSE '' END
    FROM unnest(%(numbers)s::text[], %(birth_dates)s::date[], %(names)s::text[], %(parts)s::text[])
         WITH ORDINALITY AS told (number, birth_date, name_folded, part, position)
    LEFT JOIN licences_licence licence ON licence.number = told.number
    LEFT JOIN licences_holder holder ON holder.id = licence.holder_id
    ORDER BY told.position
"""


def matching(described: Sequence[Described]) -> list[Match]:
    """Whose licences these are: number, birth day and name without diacritics must agree, and the part be held (T21).

    The account hangs on the person, so a class counts on whichever licence of the person it stands (reading 20).

    Returns:
        One match for each description, in the same order.
    """
    if not described:
        return []
    found = database.send(
        _MATCHING,
        {
            "numbers": [one.licence_number for one in described],
            "birth_dates": [one.birth_date for one in described],
            "names": [fold(one.holder_name) for one in described],
            "parts": [one.part for one in described],
        },
    )
    return [Match(*row) for row in found.fetchall()]


def tidy_number(typed: str) -> str:
    """A number as people type it, without the spaces, dots and hyphens between its digits."""
    return typed.strip().translate(_BETWEEN_DIGITS)


def by_number(licence_number: str) -> Licence | None:
    """The licence of exactly that number, with its holder."""
    return Licence.objects.select_related("holder").filter(number=licence_number).first()


def parts_of(holder_id: int) -> list[Part]:
    """The parts of a licence this person holds a class of; these carry points (reading 11)."""
    held = Entitlement.objects.filter(licence__holder_id=holder_id).values_list("part", flat=True).distinct()
    return [part for part in Part if part.value in set(held)]
