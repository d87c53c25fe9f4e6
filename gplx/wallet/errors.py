"""What can go wrong in the wallet. That a credential is false is a finding (`checks.Finding`), not an error."""

from __future__ import annotations

from gplx.errors import RegisterError


class UnreadableError(RegisterError):
    """This is neither an SD-JWT nor an mdoc nor a status list."""


class KeyStoreError(RegisterError):
    """The key store cannot be used."""


class ListFullError(RegisterError):
    """This status list has no index left that can be drawn at random. Begin another list."""


class NotIssuableError(RegisterError):
    """No electronic licence can be given out: keys are missing, too many or doubled, or the licence has run out."""
