"""Why something in the test room is not done. The docstring is what the person is told."""

from __future__ import annotations

from gplx.errors import MoveNotAllowedError, RegisterError


class OwnSittingError(RegisterError):
    """This is your own test: nobody admits himself or signs his own result. A colleague has to."""


class SamePersonError(RegisterError):
    """Two people sign the minutes. Whoever signed first cannot confirm: another officer has to."""


class NotTodayError(MoveNotAllowedError):
    """Candidates are admitted on the day of their session only."""


class SessionClosedError(MoveNotAllowedError):
    """The session is closed. Nothing in it changes any more."""


class SessionOpenError(MoveNotAllowedError):
    """A session is closed when every registration has its outcome. Some have none yet."""


class ReasonMissingError(RegisterError):
    """Say why: it is kept, and stands in the minutes."""


class WrongCodeError(RegisterError):
    """Number or code is wrong, or the code has run out. Ask the examiner for a new one."""


class DeviceEndedError(RegisterError):
    """This tablet is no longer in use for the test: it was begun on another one, or it is over."""


class TimeOverError(RegisterError):
    """The time is over. What was answered before counts; this answer came too late."""


class NotInPaperError(RegisterError):
    """There is no such question or answer in the paper."""
