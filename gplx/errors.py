"""The errors of the register: three kinds, never mixed. The docstring of a class is its default message.

"No" from the law is a finding, not an error; a bug is an ordinary exception. Messages carry identifiers, never
personal data.
"""

from __future__ import annotations


class RegisterError(Exception):
    """The register could not do what was asked."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__class__.__doc__ or "").strip())


class MoveNotAllowedError(RegisterError):
    """This is not possible now: somebody else was faster, or it is done already. Open it again to see how it stands."""


class GatewayUnavailableError(RegisterError):
    """An outside system does not answer. It will be asked again."""


class GatewayRejectedError(RegisterError):
    """An outside system said no. A person has to look at it."""


class CannotStartError(RegisterError):
    """The register cannot start as it is set up. The command line shows the message and ends with status 2."""
