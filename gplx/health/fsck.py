"""Proof that health certificates and the facts of the points register say the same, in both directions (I06)."""

from __future__ import annotations

from collections.abc import Iterator

from gplx.points.fsck import Broken, set_based

_KEY = "'certificate:' || version.fact_key || ':' || certificate.holder_id || ':' || account.part"

# Invariant, table, what is wrong, and the statement that finds the rows.
CHECKS: tuple[tuple[str, str, str, str], ...] = (
    (
        "I06",
        "health_version",
        "counts, and its certificate belongs to nobody",
        """
        SELECT version.id FROM health_version version
        JOIN health_certificate certificate ON certificate.id = version.certificate_id
        WHERE version.state = 'counts' AND certificate.holder_id IS NULL
        """,
    ),
    (
        "I06",
        "health_version",
        "finds no drugs and counts, and the account of its holder's fact does not know it or knows it otherwise",
        f"""
        SELECT DISTINCT version.id FROM health_version version
        JOIN health_certificate certificate ON certificate.id = version.certificate_id
        LEFT JOIN points_account account ON account.holder_id = certificate.holder_id
        LEFT JOIN points_fact fact ON fact.natural_key = {_KEY}
        WHERE version.state = 'counts' AND (
            version.drugs_found <> (version.fact_key = '')
            OR (fact.id IS NOT NULL AND (
                fact.kind <> 'drug_free_certificate'
                OR fact.counts_on <> version.concluded_on
                OR fact.content ->> 'certificate' <> version.fact_key
                OR fact.content ->> 'valid_until' IS DISTINCT FROM version.printed_until::text)))
        """,
    ),
    (
        "I06",
        "health_version",
        "counts, and its certificate was withdrawn from its holder's account, or an older one was not",
        """
        SELECT DISTINCT version.id FROM health_version version
        JOIN health_certificate certificate ON certificate.id = version.certificate_id
        JOIN points_account account ON account.holder_id = certificate.holder_id
        JOIN points_fact fact ON fact.account_id = account.id AND fact.kind = 'drug_free_certificate'
        JOIN health_version told ON told.certificate_id = certificate.id AND told.fact_key <> ''
            AND told.fact_key = fact.content ->> 'certificate'
        LEFT JOIN points_fact withdrawn ON withdrawn.account_id = account.id
            AND withdrawn.kind = 'certificate_withdrawn'
            AND withdrawn.content ->> 'certificate' = told.fact_key
        WHERE version.state = 'counts' AND (withdrawn.id IS NULL) <> (told.fact_key = version.fact_key)
        """,
    ),
    (
        "I06",
        "points_fact",
        "names a certificate that no version stands by",
        """
        SELECT fact.id FROM points_fact fact
        LEFT JOIN health_version version ON version.fact_key = fact.content ->> 'certificate'
        WHERE fact.kind IN ('drug_free_certificate', 'certificate_withdrawn') AND fact.content ? 'certificate'
          AND version.id IS NULL
        """,
    ),
)


def check() -> Iterator[Broken]:
    """Every version, or fact that should come from one, that stands alone or says something else."""
    yield from set_based(CHECKS)
