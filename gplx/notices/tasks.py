"""Background work of the notices room: sending what is to be told, and asking what became of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from gplx import crash
from gplx.notices.channels import Message

log = logging.getLogger(__name__)

RETRY = RetryStrategy(max_attempts=3, exponential_wait=5)
"""A job that fails is tried again after 5 and 25 seconds; then it stays in the queue's table as failed (F08)."""
AT_ONCE_MAX = 200
"""How many messages that were left over one run sends."""


@app.task(name="notices.deliver", queue="notices", retry=RETRY)
def deliver(notice_ids: list[int]) -> None:
    """Put notices into their holders' inboxes, with the text as told and its digest as evidence.

    Safe to run twice, also at the same time (F06): a notice is in the inbox once.
    """
    from gplx.notices import actions, errand_actions

    actions.deliver_to_inbox(notice_ids)
    crash.at("deliver.done")
    errand_actions.paper_due(notice_ids)


@app.task(name="notices.send", queue="sending", retry=RETRY)
def send(errand_ids: list[int]) -> None:
    """Send messages by e-mail or SMS. Run twice, a message is sent once: its key is the same (F06, F31)."""
    _send(errand_ids)


@app.periodic(cron="* * * * *", periodic_id="notices.follow_up")
@app.task(name="notices.follow_up", queue="sending")
def follow_up(timestamp: int | None = None) -> None:
    """What has come due: letters, messages to be tried again, answers that never came (F10).

    Args:
        timestamp: of the periodic call; not used.
    """
    from gplx.notices import errand_actions

    errand_actions.paper_due()
    _send(None)
    _ask_for_outcomes()
    errand_actions.expire()


@app.task(name="notices.send_code", queue="sending", retry=RETRY)
def send_code(contact_id: int) -> None:
    """Send the code that confirms a contact. Under one key while the code is the same, so once."""
    from gplx.notices import contact_actions

    message = contact_actions.code_message(contact_id)
    if message is not None:
        _carry(message)


@app.task(name="notices.send_farewell", queue="sending", retry=RETRY)
def send_farewell(contact_id: int) -> None:
    """Tell an address that it was replaced or taken away (T10)."""
    from gplx.notices import contact_actions

    _carry(contact_actions.farewell_message(contact_id))


def _carry(message: Message) -> None:
    from gplx.gateways import mail, sms

    by = mail.send if message.title else sms.send
    by(*message)


def _send(errand_ids: Sequence[int] | None) -> None:
    """Send one message after the other; a channel that does not answer is left alone for the rest of the run."""
    from gplx.errors import GatewayRejectedError, GatewayUnavailableError
    from gplx.gateways import mail, sms
    from gplx.gateways.answers import NoAnswerError
    from gplx.notices import errand_actions

    by = {"email": mail.send, "sms": sms.send}
    silent: set[str] = set()
    waiting: Sequence[Sequence[int] | None] = (
        [None] * AT_ONCE_MAX if errand_ids is None else [[errand_id] for errand_id in errand_ids]
    )
    for asked in waiting:
        begun = errand_actions.begin(asked, channels=by.keys() - silent, limit=1)
        if not begun:
            if asked is None:
                return
            continue
        attempt = begun[0]
        crash.at("send.begun")
        try:
            sent = by[attempt.channel](*attempt.message)
        except GatewayRejectedError as error:
            errand_actions.report(attempt.attempt_id, "failed", {"reason": "rejected", "said": str(error)})
            continue
        except GatewayUnavailableError as error:
            log.warning("Attempt %s got no answer: %s", attempt.attempt_id, error)
            errand_actions.postpone(attempt, arrived=isinstance(error, NoAnswerError))
            silent.add(attempt.channel)
            continue
        crash.at("send.answered")
        errand_actions.report(attempt.attempt_id, sent.outcome, sent.answer)


def _ask_for_outcomes() -> None:
    """Ask the SMS gateway what became of messages whose receipts have not come."""
    from gplx.errors import GatewayRejectedError, GatewayUnavailableError
    from gplx.gateways import sms
    from gplx.notices import errand_actions

    for attempt_id, key in errand_actions.to_ask():
        try:
            said = sms.ask(key)
        except (GatewayUnavailableError, GatewayRejectedError) as error:
            log.warning("The SMS gateway does not say what became of messages: %s", error)
            return
        if said is not None and said.outcome != "accepted":
            errand_actions.report(attempt_id, said.outcome, said.answer)
