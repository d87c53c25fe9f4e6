"""Reads of holders and licences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from django.db import connection

from gplx import database
from gplx.errors import RegisterError
from gplx.law.text import fold, plain
from gplx.licences.models import Entitlement, Holder, Licence, Part

Difference: TypeAlias = Literal["", "licence_unknown", "birth_date_differs", "name_differs", "part_not_held"]

# What people type between the digits of a number; nothing else is taken away (B09).
_BETWEEN_DIGITS = str.maketrans("", "", " .-\u00a0\u2009\u202f")
SEARCH_MIN, SEARCH_MAX, FOUND_MAX = 2, 120, 50
# So many of the people with a common name are put in order before the first ones are shown.
_NAMED_MAX = 1_000


class SearchTextError(RegisterError):
    """Type a number, or at least 2 letters of a name; at most 120 characters."""


class Found(NamedTuple):
    """People a search may mean, and whether there are more than are shown."""

    holders: list[Holder]
    more: bool


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


_BY_NUMBER = """
    SELECT holder_id FROM licences_licence WHERE number = %(number)s
    UNION SELECT id FROM licences_holder WHERE citizen_number = %(number)s
    UNION SELECT holder_id FROM licences_identityalias WHERE number = %(number)s
"""


def find(text: str) -> Found:
    """The people that a number or a name may mean.

    A number is a licence's, a citizen's (12 digits) or an old identity number (9 digits), with or without spaces and
    dots. Of a name any words in any order, each from its beginning, in any case. Words without diacritics mean any;
    people whose names have those that were typed come first.

    Raises:
        SearchTextError: too short, too long, or not a text that can be typed.
    """
    text = text.replace("\u00a0", " ")
    if len(text) > SEARCH_MAX or not text.isprintable():
        raise SearchTextError
    number = tidy_number(text)
    if number.isdigit() and number.isascii():
        with connection.cursor() as cursor:
            cursor.execute(_BY_NUMBER, {"number": number})
            return Found(_people([row[0] for row in cursor.fetchall()]), more=False)
    words = fold(text).split()
    if sum(map(len, words)) < SEARCH_MIN:
        raise SearchTextError
    # Each word from the beginning of a word of the name; the index by trigrams answers all of them in one scan. Signs
    # stand for nothing but themselves (B14).
    begins = " AND ".join(["name_folded ~ %s"] * len(words))
    patterns = [f"(^| ){re.escape(word)}" for word in words]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, name, name_key, birth_date FROM licences_holder WHERE {begins} LIMIT %s",
            [*patterns, _NAMED_MAX],
        )
        named = cursor.fetchall()
    with_diacritics = [word for word in plain(text).split() if word != fold(word)]

    def order(row: tuple[int, str, str, date]) -> tuple[bool, str, date, int]:
        holder_id, name, name_key, birth_date = row
        spoken = plain(name).split()
        as_typed = all(any(part.startswith(word) for part in spoken) for word in with_diacritics)
        return not as_typed, name_key, birth_date, holder_id

    named.sort(key=order)
    return Found(_people([row[0] for row in named[:FOUND_MAX]]), more=len(named) > FOUND_MAX)


def _people(ids: Sequence[int]) -> list[Holder]:
    """These people in this order, with their licences and classes."""
    found = Holder.objects.prefetch_related("licences__entitlements").in_bulk(ids)
    return [found[holder_id] for holder_id in ids]


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
