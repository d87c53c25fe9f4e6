"""Proof that the sanctions record and the facts of the points register say the same, in both directions.

I03: a decision is told to the account once, and only if it was recorded. I06: nothing of what was told to the register
has gone or changed. Each check is one statement over keys: its time is linear and its rows are streamed.
"""

from __future__ import annotations

from collections.abc import Iterator

from gplx.points.fsck import Broken, set_based

_KEY = "{0}.authority || '|' || {0}.number || '|' || {0}.year"
_DECISION_KEY = "{0}.number || '/' || {0}.year || '/' || {0}.authority"
_REVOKES = "coalesce(decision.revocation, 'null') <> 'null'"
_DECISION_FACT = f"CASE WHEN {_REVOKES} THEN 'revocation:' ELSE 'decision:' END || {_KEY.format('decision')}"

# Invariant, table, what is wrong, and the statement that finds the rows.
CHECKS: tuple[tuple[str, str, str, str], ...] = (
    (
        "I06",
        "sanctions_decision",
        "is recorded, and no fact of its account says the same",
        f"""
        SELECT decision.id FROM sanctions_decision decision
        LEFT JOIN points_fact fact ON fact.natural_key = {_DECISION_FACT}
        LEFT JOIN sanctions_quarantinemove move ON move.decision_id = decision.id
        WHERE decision.state = 'recorded'
          AND (fact.id IS NULL
               OR fact.account_id IS DISTINCT FROM decision.account_id
               OR fact.kind <> CASE WHEN {_REVOKES} THEN 'revocation' ELSE 'decision' END
               OR fact.decision_key <> {_DECISION_KEY.format("decision")}
               OR fact.recorded_on < decision.recorded_on
               OR (move.id IS NULL AND fact.recorded_on <> decision.recorded_on)
               OR CASE WHEN {_REVOKES}
                       THEN fact.counts_on::text <> decision.revocation ->> 'from'
                            OR fact.content <> jsonb_build_object('to', decision.revocation -> 'to')
                       ELSE fact.counts_on <> decision.effective_on
                            OR fact.content <> jsonb_build_object('acted_on', decision.acted_on,
                                                                  'decided_on', decision.decided_on,
                                                                  'offences', decision.offences)
                  END)
        """,
    ),
    (
        "I06",
        "points_fact",
        "is of a decision that is not recorded",
        f"""
        SELECT fact.id FROM points_fact fact
        LEFT JOIN sanctions_decision decision
          ON {_DECISION_FACT} = fact.natural_key AND decision.state = 'recorded'
        WHERE (fact.kind = 'decision' OR (fact.kind = 'revocation' AND fact.decision_key <> ''))
          AND decision.id IS NULL
        """,
    ),
    (
        "I03",
        "sanctions_decision",
        "hangs on an account of another person or part than the licence it names",
        """
        SELECT decision.id FROM sanctions_decision decision
        LEFT JOIN points_account account ON account.id = decision.account_id
        LEFT JOIN licences_licence licence ON licence.number = decision.licence_number
        LEFT JOIN sanctions_quarantinemove move ON move.decision_id = decision.id
        WHERE decision.state = 'recorded' AND move.id IS NULL
          AND (account.id IS NULL OR licence.holder_id IS DISTINCT FROM account.holder_id
               OR decision.part <> account.part)
        """,
    ),
    (
        "I06",
        "sanctions_decision",
        "was recorded or returned out of the quarantine, and no officer did it",
        """
        SELECT decision.id FROM sanctions_decision decision
        LEFT JOIN sanctions_quarantinemove move ON move.decision_id = decision.id
        WHERE (decision.reason <> '' OR decision.state <> 'recorded')
          AND decision.state IS DISTINCT FROM
              CASE move.outcome WHEN 'matched' THEN 'recorded' WHEN 'returned' THEN 'rejected' ELSE 'quarantined' END
        """,
    ),
    (
        "I06",
        "sanctions_annulment",
        "annuls a recorded decision, and no fact of that account says so",
        f"""
        SELECT annulment.id FROM sanctions_annulment annulment
        JOIN sanctions_decision decision ON decision.id = annulment.decision_id AND decision.state = 'recorded'
        LEFT JOIN points_fact fact ON fact.natural_key = 'annulment:' || {_KEY.format("annulment")}
        WHERE fact.id IS NULL
           OR fact.kind <> 'annulment'
           OR fact.account_id IS DISTINCT FROM decision.account_id
           OR fact.decision_key <> {_DECISION_KEY.format("annulment")}
           OR fact.counts_on <> annulment.recorded_on
           OR fact.recorded_on <> annulment.recorded_on
           OR fact.content <> '{{}}'
        """,
    ),
    (
        "I06",
        "points_fact",
        "annuls what no annulment names",
        f"""
        SELECT fact.id FROM points_fact fact
        LEFT JOIN (sanctions_annulment annulment
                   JOIN sanctions_decision decision
                     ON decision.id = annulment.decision_id AND decision.state = 'recorded')
          ON 'annulment:' || {_KEY.format("annulment")} = fact.natural_key
        WHERE fact.kind = 'annulment' AND annulment.id IS NULL
        """,
    ),
    (
        "I06",
        "sanctions_annulment",
        "does not hang on the decision it names",
        """
        SELECT annulment.id FROM sanctions_annulment annulment
        LEFT JOIN sanctions_decision named
          ON named.authority = annulment.authority AND named.number = annulment.number
         AND named.year = annulment.year AND named.state <> 'rejected'
        LEFT JOIN sanctions_decision decision ON decision.id = annulment.decision_id
        WHERE (named.id IS NOT NULL AND named.id IS DISTINCT FROM annulment.decision_id)
           OR (annulment.decision_id IS NOT NULL
               AND (decision.authority, decision.number, decision.year)
                   IS DISTINCT FROM (annulment.authority, annulment.number, annulment.year))
        """,
    ),
)


def check() -> Iterator[Broken]:
    """Every row of the sanctions record, or fact that should come from it, that stands alone or says something else.

    Decisions that an officer matched to a person may name another licence; all others hang where their licence says.
    """
    yield from set_based(CHECKS)
