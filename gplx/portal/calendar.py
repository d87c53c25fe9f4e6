"""One whole-day event as an iCalendar file (RFC 5545), for the calendar of a phone."""

from __future__ import annotations

from datetime import date, timedelta

_LINE_OCTETS = 75


def calendar(*, uid: str, day: date, title: str, text: str, made_on: date) -> bytes:
    """A calendar with one event on one day."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//GPLX//Giay phep lai xe//VI",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{made_on:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(title)}",
        f"DESCRIPTION:{_escaped(text)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(title)}",
        "TRIGGER:PT8H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """A line of at most 75 octets, going on after a break and a space; never cut inside a letter."""
    parts: list[bytes] = []
    current = b""
    for letter in line:
        octets = letter.encode()
        # Every line but the first begins with a space, which counts.
        if len(current) + len(octets) > _LINE_OCTETS - bool(parts):
            parts.append(current)
            current = b""
        current += octets
    return b"\r\n ".join([*parts, current])
