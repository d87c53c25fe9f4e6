"""Mail goes out by SMTP (RFC 5321) to the server of `GPLX_SMTP_URL`."""

from __future__ import annotations

import smtplib
import ssl
from email.header import Header
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import formataddr, formatdate, parseaddr
from urllib.parse import unquote, urlsplit

from django.conf import settings

from gplx.errors import GatewayRejectedError, GatewayUnavailableError
from gplx.gateways.answers import ANSWER_SECONDS, CONNECT_SECONDS, NoAnswerError, Sent

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def send(key: str, address: str, title: str, text: str) -> Sent:
    """Give one message to the mail server.

    Args:
        key: becomes the Message-ID, so that a message that was given twice can be known as one.

    Raises:
        GatewayUnavailableError: no server, or it is busy: nothing was sent.
        NoAnswerError: the connection broke after the message had gone out.
        GatewayRejectedError: the server said no to this message for good.
    """
    name, sender = parseaddr(settings.MAIL_FROM)
    message = MIMEText(text, "plain", "utf-8")
    # Header folds long subjects without losing a space between two words, which the newer policies do.
    message.add_header("Subject", Header(" ".join(title.split()), "utf-8").encode())
    message["From"], message["To"] = formataddr((name, sender)), address
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = f"<{key}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    given = False
    try:
        with _server() as server:
            assert server.sock is not None
            server.sock.settimeout(ANSWER_SECONDS)
            server.ehlo_or_helo_if_needed()
            _said(*server.mail(sender))
            _said(*server.rcpt(address))
            given = True
            code, words = server.data(message.as_bytes(policy=compat32.clone(linesep="\r\n")))
            _said(code, words)
    except smtplib.SMTPServerDisconnected as error:
        raise (NoAnswerError if given else GatewayUnavailableError)() from error
    except smtplib.SMTPResponseException as error:
        raise GatewayRejectedError(f"The mail server said {error.smtp_code}.") from error
    except (OSError, smtplib.SMTPException) as error:
        raise (NoAnswerError if given else GatewayUnavailableError)() from error
    return Sent("accepted", {"code": code})


def _said(code: int, words: bytes) -> None:
    """4xx: not now; 5xx: never. What the server says besides may hold the address, so it is not kept."""
    if 400 <= code < 500:
        raise GatewayUnavailableError(f"The mail server said {code}.")
    if code >= 500:
        raise smtplib.SMTPDataError(code, b"")


def _server() -> smtplib.SMTP:
    parts = urlsplit(settings.SMTP_URL)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise GatewayUnavailableError("No mail server is set up (GPLX_SMTP_URL).")
    port = parts.port or _PORTS[parts.scheme]
    if parts.scheme == "smtps":
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(parts.hostname, port, timeout=CONNECT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(parts.hostname, port, timeout=CONNECT_SECONDS)
    if parts.scheme == "smtp+starttls":
        server.starttls(context=ssl.create_default_context())
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server
