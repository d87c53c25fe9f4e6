"""Proof that sittings, minutes and facts say the same, in both directions.

I10: a pass gives the points back once, and only what two people confirmed does. I11: a confirmed sitting ends its
dossier. I16: the copies of the minutes are in the store. Each check is one statement over keys; its rows are streamed.
"""

from __future__ import annotations

from collections.abc import Iterator

from gplx.points.fsck import Broken, set_based

_KEY = "'test:' || minutes.number"
_OFFICIAL_KEY = "'test:' || system.name || '|' || official.number"

# Invariant, table, what is wrong, and the statement that finds the rows.
CHECKS: tuple[tuple[str, str, str, str], ...] = (
    (
        "I10",
        "sittings_minutes",
        "say passed, and no fact of that account says so",
        f"""
        SELECT minutes.id FROM sittings_minutes minutes
        JOIN sittings_sitting sitting ON sitting.id = minutes.sitting_id
        LEFT JOIN points_fact fact ON fact.natural_key = {_KEY} AND fact.kind = 'test'
        LEFT JOIN points_account account ON account.id = fact.account_id
        WHERE minutes.passed AND (fact.id IS NULL OR fact.counts_on <> sitting.held_on
              OR fact.content -> 'passed' <> 'true' OR account.holder_id <> sitting.holder_id
              OR account.part <> sitting.part)
        """,
    ),
    (
        "I10",
        "sittings_minutes",
        "say not passed, and a fact of a test names them",
        f"""
        SELECT minutes.id FROM sittings_minutes minutes
        JOIN points_fact fact ON fact.natural_key = {_KEY} WHERE NOT minutes.passed
        """,
    ),
    (
        "I10",
        "points_fact",
        "is of a test that no confirmed minutes and no official result name",
        f"""
        SELECT fact.id FROM points_fact fact
        LEFT JOIN sittings_minutes minutes ON {_KEY} = fact.natural_key AND minutes.passed
        LEFT JOIN (sittings_officialresult official
                   JOIN sittings_testsystem system ON system.id = official.system_id)
          ON {_OFFICIAL_KEY} = fact.natural_key AND official.state IN ('recorded', 'without_effect')
        WHERE fact.kind = 'test' AND fact.content ? 'minutes' AND minutes.id IS NULL AND official.id IS NULL
        """,
    ),
    (
        "I04",
        "sittings_minutes",
        "are of a result that nobody was told",
        f"""
        SELECT minutes.id FROM sittings_minutes minutes
        WHERE NOT EXISTS (
            SELECT FROM notices_notice notice WHERE notice.natural_key = {_KEY})
          AND NOT EXISTS (
            SELECT FROM points_fact fact
            WHERE fact.natural_key = {_KEY}
              AND (NOT EXISTS (SELECT FROM points_entry entry WHERE entry.cause_id = fact.id)
                   OR EXISTS (SELECT FROM points_entry entry JOIN notices_notice notice ON notice.entry_id = entry.id
                              WHERE entry.cause_id = fact.id)))
        """,
    ),
    (
        "I11",
        "sittings_sitting",
        "is confirmed or absent, and its registration and dossier are not closed so",
        """
        SELECT sitting.id FROM sittings_sitting sitting
        JOIN exams_registration registration ON registration.id = sitting.registration_id
        JOIN dossiers_dossier dossier ON dossier.id = registration.dossier_id
        LEFT JOIN sittings_minutes minutes ON minutes.sitting_id = sitting.id
        WHERE sitting.state IN ('confirmed', 'absent')
          AND (dossier.state NOT IN ('finished', 'returned')
               OR registration.outcome <> CASE WHEN sitting.state = 'absent' THEN 'absent'
                                               WHEN minutes.passed THEN 'passed' ELSE 'failed' END)
        """,
    ),
    (
        "I11",
        "sittings_sitting",
        "has a state that its last step does not say, or that its result or minutes do not go with",
        """
        SELECT sitting.id FROM sittings_sitting sitting
        LEFT JOIN LATERAL (SELECT step.to FROM sittings_step step WHERE step.sitting_id = sitting.id
                           ORDER BY step.id DESC LIMIT 1) last ON true
        LEFT JOIN sittings_result result ON result.sitting_id = sitting.id
        LEFT JOIN sittings_minutes minutes ON minutes.sitting_id = sitting.id
        WHERE last.to IS DISTINCT FROM sitting.state
           OR (result.id IS NOT NULL) <> (sitting.state IN ('submitted', 'signed', 'confirmed'))
           OR (minutes.id IS NOT NULL) <> (sitting.state = 'confirmed')
        """,
    ),
    (
        "I06",
        "sittings_answer",
        "is to a question that its sitting does not ask there, or came after the deadline or by another's tablet",
        """
        SELECT answer.id FROM sittings_answer answer
        JOIN sittings_sitting sitting ON sitting.id = answer.sitting_id
        JOIN sittings_admission admission ON admission.id = answer.admission_id
        WHERE sitting.versions[answer.position] IS DISTINCT FROM answer.version_id
           OR answer.given_at > sitting.deadline_at
           OR admission.sitting_id <> sitting.id
        """,
    ),
    (
        "I06",
        "sittings_result",
        "does not agree with the last answers of its sitting",
        """
        SELECT result.id FROM sittings_result result
        JOIN sittings_sitting sitting ON sitting.id = result.sitting_id
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE mark.choice = mark."right") AS "right", count(*) AS asked,
                   count(*) FILTER (WHERE mark.choice IS DISTINCT FROM (
                       SELECT answer.choice FROM sittings_answer answer
                       WHERE answer.sitting_id = result.sitting_id AND answer.position = mark.position
                       ORDER BY answer.id DESC LIMIT 1)) AS other,
                   count(*) FILTER (WHERE mark.version <> sitting.versions[mark.position]) AS strange
            FROM ROWS FROM (jsonb_to_recordset(result.marks) AS (version bigint, choice int, "right" int))
                 WITH ORDINALITY AS mark (version, choice, "right", position)) counted
        WHERE counted."right" <> result."right" OR counted.asked <> result.asked OR counted.other > 0
           OR counted.strange > 0 OR cardinality(sitting.versions) <> result.asked
           OR result.passed <> (result."right" >= result.pass_mark AND result.fatal_right)
        """,
    ),
    (
        "I14",
        "sittings_minutes",
        "were signed and confirmed by one person",
        """
        SELECT minutes.id FROM sittings_minutes minutes
        JOIN accounts_user one ON one.id = minutes.signed_by_id
        JOIN accounts_user other ON other.id = minutes.confirmed_by_id
        WHERE one.id = other.id OR (one.citizen_number <> '' AND one.citizen_number = other.citizen_number)
        """,
    ),
    (
        "I16",
        "sittings_minutes",
        "name a copy that is not in the store of files",
        """
        SELECT minutes.id FROM sittings_minutes minutes
        JOIN sittings_sitting sitting ON sitting.id = minutes.sitting_id
        WHERE (SELECT count(DISTINCT file.digest) FROM files_storedfile file
               WHERE file.digest IN (minutes.candidate_digest, minutes.file_digest)
                 AND file.holder_id = sitting.holder_id) <> 2
        """,
    ),
    (
        "I11",
        "sittings_officialresult",
        "is recorded, and no fact of that account says so",
        f"""
        SELECT official.id FROM sittings_officialresult official
        JOIN sittings_testsystem system ON system.id = official.system_id
        LEFT JOIN points_fact fact ON fact.natural_key = {_OFFICIAL_KEY} AND fact.kind = 'test'
        LEFT JOIN points_account account ON account.id = fact.account_id
        WHERE official.state IN ('recorded', 'without_effect') AND official.passed
          AND (fact.id IS NULL OR account.holder_id IS DISTINCT FROM official.holder_id
               OR account.part <> official.part OR fact.counts_on <> official.held_on)
        """,
    ),
)


def check() -> Iterator[Broken]:
    """Every row of the test room, or fact that should come from it, that stands alone or says something else.

    That the bytes of a copy are those of its digest is proved by the store of files (`files.fsck`).
    """
    yield from set_based(CHECKS)
