"""The check as a person at a counter or at the roadside makes it: what was shown, the last list, what to do next."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from cryptography import x509

from gplx.wallet import pictures, publication, sample, store, verifier
from gplx.wallet.certificates import Use
from gplx.wallet.checks import Finding
from gplx.wallet.errors import KeyStoreError, UnreadableError
from gplx.wallet.verification import Against
from gplx.wallet.verifier import Answer

Verdict = Literal["good", "suspended", "revoked", "unknown", "expired", "false"]
NONCE_DIGITS = 6
_PROOF_OF_A_QUESTION = frozenset({"proof_nonce", "proof_signature"})


@dataclass(frozen=True)
class Checked:
    """What came out of one check.

    Attributes:
        may_be_a_copy: the holder signed nothing that we asked for, so what was shown may have been taken from him.
        advice: what to do next; a word of `ADVICE`.
    """

    answer: Answer
    verdict: Verdict
    may_be_a_copy: bool
    advice: tuple[str, ...]

    @property
    def age_minutes(self) -> int | None:
        """How old the list is; None when none was used."""
        age = self.answer.status.age
        return None if age is None else int(age.total_seconds() // 60)

    @property
    def findings(self) -> list[Finding]:
        return [*self.answer.credential.findings, *self.answer.status.findings]


def question() -> str:
    """Digits that the holder types into the wallet, so that the proof is made now and for this check."""
    return f"{secrets.randbelow(10**NONCE_DIGITS):0{NONCE_DIGITS}d}"


def check(
    presented: bytes,
    *,
    nonce: str,
    at: datetime,
    lists: dict[str, bytes] | None = None,
    anchors: list[x509.Certificate] | None = None,
) -> Checked:
    """Check what was shown, with the last list at hand. Nothing is fetched, whatever address stands in it (T25).

    Args:
        nonce: what the holder was asked to sign.
        lists: signed lists by address; without them those that this register put out.

    Raises:
        UnreadableError: it is neither an SD-JWT nor an mdoc.
    """
    if anchors is None:
        anchors = _own_anchors()
    against = Against(at=at, anchors=anchors, audience=sample.AUDIENCE, nonce=nonce)
    answer = verifier.verify(presented, against, None)
    may_be_a_copy = False
    wrong = {finding.check for finding in answer.credential.findings}
    if nonce and wrong and wrong <= _PROOF_OF_A_QUESTION | verifier.ABOUT_TIME:
        unasked = dataclasses.replace(against, nonce="")
        again = verifier.verify(presented, unasked, None)
        if not {finding.check for finding in again.credential.findings} & _PROOF_OF_A_QUESTION:
            answer, against, may_be_a_copy = again, unasked, True
    reference = answer.credential.status
    if reference is not None:
        data = _own_list(reference.uri) if lists is None else lists.get(reference.uri)
        answer = verifier.verify(presented, against, data)
    return Checked(answer, _verdict(answer), may_be_a_copy, _advice(answer, may_be_a_copy))


def _own_anchors() -> list[x509.Certificate]:
    try:
        return [store.key_store().certificate(Use.ROOT)]
    except KeyStoreError:
        return []


def _own_list(uri: str) -> bytes | None:
    """The last list of an address, if it is one of ours."""
    name = uri.removeprefix(publication.uri(""))
    last = publication.latest(name) if name != uri else None
    return None if last is None else last.jwt.encode()


def _verdict(answer: Answer) -> Verdict:
    if not answer.can_be_shown:
        return "false"
    if answer.status.state in ("suspended", "revoked"):
        return answer.status.state
    if not answer.credential.is_genuine:
        return "expired"
    return "good" if answer.status.state == "valid" else "unknown"


def _advice(answer: Answer, may_be_a_copy: bool) -> tuple[str, ...]:
    wrong = {finding.check for finding in answer.credential.findings}
    advice = []
    if any(name.startswith(("proof_", "holder_proof")) for name in wrong) and all(
        name.startswith(("proof_", "holder_proof")) or name in verifier.ABOUT_TIME for name in wrong
    ):
        advice.append("ask_again")
    elif not answer.can_be_shown:
        advice.append("not_genuine")
    if wrong & verifier.ABOUT_TIME:
        advice.append("fetch_anew")
    if answer.status.state in ("suspended", "revoked"):
        advice.append("look_up")
    if answer.can_be_shown and (answer.status.state == "unknown" or answer.status.is_stale):
        advice.append("newer_list")
    if may_be_a_copy:
        advice.append("may_be_a_copy")
    return tuple(advice)


def page(is_sent: bool, fields: Mapping[str, str], files: Mapping[str, Any]) -> dict[str, Any]:
    """What the page of the check needs: a question for the next holder, and the result of what was sent.

    The question that was asked comes back with the form: who checks has no reason to deceive himself.
    """
    context: dict[str, Any] = {"question": question(), "result": None, "fault": "", "audience": sample.AUDIENCE}
    if not is_sent:
        return context
    asked = fields.get("so_hoi", "")
    context["asked"] = asked if asked.isascii() and asked.isdigit() and len(asked) == NONCE_DIGITS else ""
    picture = files.get("tep")
    try:
        if picture is not None:
            presented = pictures.from_file(picture.read(pictures.PICTURE_BYTES_MAX + 1))
        else:
            presented = pictures.from_text(fields.get("noi_dung", ""))
        context["result"] = check(presented, nonce=context["asked"], at=publication.now())
    except UnreadableError:
        context["fault"] = "unreadable" if picture is not None or fields.get("noi_dung", "").strip() else "missing"
    return context
