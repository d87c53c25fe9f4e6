"""Texts read aloud, in four voices: for people who read badly, see badly, or drive.

speech.say(text, voice="south-female", language="vi")     an MP3
speech.prepare(text, "vi")                                the words as they are to be said
"""

from __future__ import annotations

from gplx.speech.prepared import LANGUAGES, prepare
from gplx.speech.spoken import VOICES, NotAvailableHereError, TooLongError, is_available, name_of, say

__all__ = [
    "LANGUAGES",
    "VOICES",
    "NotAvailableHereError",
    "TooLongError",
    "is_available",
    "name_of",
    "prepare",
    "say",
]
