"""Which moves of a version exist."""

from __future__ import annotations

from gplx.health.models import VersionState

MOVES: dict[VersionState, frozenset[VersionState]] = {
    VersionState.WAITING: frozenset({VersionState.COUNTS, VersionState.RETURNED, VersionState.SUPERSEDED}),
    VersionState.COUNTS: frozenset({VersionState.SUPERSEDED}),
    VersionState.SUPERSEDED: frozenset(),
    VersionState.RETURNED: frozenset(),
}
"""From which state into which. What waited while a newer version came to count is superseded as well."""
