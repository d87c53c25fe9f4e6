"""Texts of a page read aloud: a choice of four voices and a player, without JavaScript (ADR 0037).

A page that offers it puts `listening(request, ...)` into its context under any name and shows it with
``{% include "portal/listen.html" with listening=... %}``. The sound is `spoken(request, ...)` at an address of its own.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext

from gplx import speech

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
RETRY_AFTER_SECONDS = 30


class Voice(NamedTuple):
    """One voice, as a choice."""

    id: str
    name: str
    chosen: bool


class Listening(NamedTuple):
    """What the player shows.

    Attributes:
        address: of the sound in the chosen voice; empty where reading aloud is not available here.
        kept: other parts of the page's query that the choice of a voice must keep.
    """

    address: str
    voices: list[Voice]
    kept: list[tuple[str, str]]


def listening(request: HttpRequest, address: str) -> Listening:
    """The player of one text.

    Args:
        address: of its sound, with `VOICE` where the voice stands.
    """
    asked = request.GET.get("giong", "")
    chosen = asked if asked in speech.VOICES else speech.VOICES[0]
    voices = [Voice(voice, speech.name_of(voice, get_language() or "vi"), voice == chosen) for voice in speech.VOICES]
    kept = [(name, str(value)) for name, value in request.GET.items() if name != "giong"]
    return Listening(address.replace("VOICE", chosen) if speech.is_available() else "", voices, kept)


def language_of_page() -> str:
    """In which language a page's texts are spoken."""
    return "en" if get_language() == "en" else "vi"


def spoken(request: HttpRequest, text: str, voice: str, *, language: str) -> HttpResponse:
    """A text as sound; a part of it where the player asks for one, as phones do.

    404 for another voice; 503 where reading aloud is not available, or too busy at this moment.
    """
    if voice not in speech.VOICES:
        return HttpResponse(gettext("Không có giọng đọc này."), status=404, content_type="text/plain; charset=utf-8")
    try:
        sound = speech.say(text, voice=voice, language=language)
    except (speech.NotAvailableHereError, speech.TooLongError):
        said = gettext("Hiện không đọc thành tiếng được ở đây. Nội dung bằng chữ vẫn ở trên trang.")
        response = HttpResponse(said, status=503, content_type="text/plain; charset=utf-8")
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    return _ranged(request, sound)


def _ranged(request: HttpRequest, sound: bytes) -> HttpResponse:
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    response: HttpResponse
    if found is None or not (found[1] or found[2]) or len(found[1]) > 12 or len(found[2]) > 12:
        response = HttpResponse(sound, content_type="audio/mpeg")
    else:
        last = len(sound) - 1
        first, end = (
            (int(found[1]), min(int(found[2] or last), last)) if found[1] else (max(0, last + 1 - int(found[2])), last)
        )
        if first > end:
            response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{len(sound)}"})
        else:
            response = HttpResponse(sound[first : end + 1], status=206, content_type="audio/mpeg")
            response["Content-Range"] = f"bytes {first}-{end}/{len(sound)}"
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = "inline"
    return response
