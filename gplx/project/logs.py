"""What the log may say of a request: its route, never its address, and where it broke, never the error's own words.

An address can hold a licence number, and an error of the database quotes rows (I18).
"""

from __future__ import annotations

import logging
import traceback
from http import HTTPMethod

_LOGGERS = ("django.request", "django.security")
_METHODS = frozenset(method.value for method in HTTPMethod)


class NoAddresses(logging.Filter):
    """Words Django's records of requests anew."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith(_LOGGERS):
            return True
        request = getattr(record, "request", None)
        match = getattr(request, "resolver_match", None)
        method = getattr(request, "method", None)
        record.msg = "%s %s %s"
        record.args = (
            getattr(record, "status_code", "-"),
            method if method in _METHODS else "?",
            match.route if match else "?",
        )
        if record.exc_info:
            kind, _, trace = record.exc_info
            if kind is not None:
                record.exc_text = f"{kind.__name__}\n{''.join(traceback.format_tb(trace))}"
            record.exc_info = None
        return True
