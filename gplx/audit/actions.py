"""The only writers of the access log: who looked at a person's record, and why (I13)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

RECORD_ACCESS = """
    INSERT INTO audit_access (holder_id, actor_kind, actor, actor_name, purpose, reference, what)
"""
"""The head of the one INSERT of the log. A look-up that is one statement completes it with a SELECT of its own."""

_GIVEN = """
    SELECT * FROM unnest(%(holder_ids)s::bigint[], %(actor_kinds)s::text[], %(actors)s::text[], %(actor_names)s::text[],
                         %(purposes)s::text[], %(references)s::text[], %(whats)s::text[])
"""


class NewAccess(NamedTuple):
    """One read of one person's record, as `audit.models.Access` keeps it; no holder when nothing was found."""

    holder_id: int | None
    actor_kind: str
    actor: str
    actor_name: str
    purpose: str
    reference: str
    what: str


def record_access(accesses: Sequence[NewAccess]) -> None:
    """Keep reads of persons' records, in the caller's transaction: a read that is not recorded is not answered."""
    if not accesses:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            RECORD_ACCESS + _GIVEN,
            {
                "holder_ids": [access.holder_id for access in accesses],
                "actor_kinds": [access.actor_kind for access in accesses],
                "actors": [access.actor for access in accesses],
                "actor_names": [access.actor_name for access in accesses],
                "purposes": [access.purpose for access in accesses],
                "references": [access.reference for access in accesses],
                "whats": [access.what for access in accesses],
            },
        )
