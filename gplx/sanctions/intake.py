"""The one strict reader of what an authority states: a decision, an annulment, an amendment.

API, files and desk all come through here, so the same fault has the same code everywhere. What cannot be read is an
`IntakeError` with every fault; what was read is a value that `sanctions.actions` takes as it is.

Source:
    168/2024 art. 50, 54; 238/2026 art. 21; readings 2, 3, 8, 11, 17, 21.
"""

from __future__ import annotations

from datetime import date

from gplx import clock
from gplx.law.profiles import Profile
from gplx.points.queries import installed_profile
from gplx.sanctions.decision_reader import AUTHORITY_MAX, DecisionReader
from gplx.sanctions.reader import LATEST_DAY, Fault, IntakeError
from gplx.sanctions.stated import Key, StatedAmendment, StatedAnnulment, StatedDecision, StatedRevocation

__all__ = [
    "Fault",
    "IntakeError",
    "Key",
    "StatedAmendment",
    "StatedAnnulment",
    "StatedDecision",
    "StatedRevocation",
    "read_amendment",
    "read_annulment",
    "read_authority",
    "read_decision",
]


def read_decision(value: object, *, today: date | None = None, under: Profile | None = None) -> StatedDecision:
    """A decision from a JSON-like value.

    Args:
        value: an object with authority, number, year, licence_number, holder_name, birth_date, acted_on, decided_on,
            effective_on, offences; optional part, revocation {"from", "to"}, place, foreign_licence (true for a
            foreign licence or an international permit).
        today: the register's day; give it when reading many.
        under: the body of law; the installation's if left out.

    Raises:
        IntakeError: with every fault.

    Source:
        168/2024 art. 50, 54; readings 2, 3, 11, 21.
    """
    reader = DecisionReader(today or clock.today(), under or installed_profile())
    decision = reader.decision(value, "")
    if decision is None or reader.faults:
        raise IntakeError(reader.faults)
    return decision


def read_authority(value: object) -> str:
    """The name of an authority by itself, as a file of its decisions needs it; raises IntakeError."""
    reader = DecisionReader(LATEST_DAY, installed_profile())
    authority = reader.name_of_document({"authority": value}, "authority", "", AUTHORITY_MAX, forbidden="|/")
    if authority is None:
        raise IntakeError(reader.faults)
    return authority


def read_annulment(value: object, *, today: date | None = None) -> StatedAnnulment:
    """An annulment: authority, number and year of the decision; document_number, annulled_on, reason.

    Raises:
        IntakeError: with every fault.

    Source:
        reading 17.
    """
    reader = DecisionReader(today or clock.today(), installed_profile())
    annulment = reader.annulment(value)
    if annulment is None or reader.faults:
        raise IntakeError(reader.faults)
    return annulment


def read_amendment(value: object, *, today: date | None = None, under: Profile | None = None) -> StatedAmendment:
    """An amendment: authority, number, year of the old decision; annulled_on, reason; `decision`, the new one.

    The new decision has a number of its own; it is the annulling document.

    Raises:
        IntakeError: with every fault.

    Source:
        reading 17.
    """
    reader = DecisionReader(today or clock.today(), under or installed_profile())
    amendment = reader.amendment(value)
    if amendment is None or reader.faults:
        raise IntakeError(reader.faults)
    return amendment
