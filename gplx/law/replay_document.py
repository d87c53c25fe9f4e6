"""The replay document: facts of one account as JSON in, the law's answer as JSON out.

The plainest interface to `points.replay()`: no database, no network, no clock. The form is fixed in
`docs/replay-format.md`. Reading is strict: whatever is not understood is a fault that names its place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from gplx.law import catalogue
from gplx.law.points import (
    Annulment,
    CertificateWithdrawn,
    Decision,
    DrugFreeCertificate,
    Fact,
    Finding,
    History,
    KnowledgeTest,
    Line,
    Offence,
    Revocation,
    State,
)
from gplx.law.profiles import DEFAULT_PROFILE, Profile, UnknownProfileError, profile

Json: TypeAlias = dict[str, Any]


class DocumentError(ValueError):
    """The document cannot be replayed; `faults` has one sentence for each place that is wrong."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of a document: the statement on a day, as known now or as known on another day."""

    on: date
    as_known_on: date | None


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was read without a fault."""

    profile: Profile
    since: date
    facts: list[Fact]
    asks: list[Ask]


def loads(text: bytes | str) -> object:
    """JSON as Python values; refuses duplicate keys, NaN and text that is not UTF-8.

    Raises:
        DocumentError: not JSON, with the place in the text.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise DocumentError([f"document: not JSON: {error.msg} (line {error.lineno}, column {error.colno})"]) from None
    except UnicodeDecodeError as error:
        raise DocumentError([f"document: not UTF-8 text (byte {error.start})"]) from None
    except RecursionError:
        raise DocumentError(["document: nested too deeply"]) from None
    except DocumentError:
        raise
    except ValueError as error:
        raise DocumentError([f"document: not JSON: {error}"]) from None


def _object(pairs: list[tuple[str, Any]]) -> Json:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise DocumentError([f"document: key given twice: {twice}"])
    return value


def _refuse_constant(name: str) -> None:
    raise DocumentError([f"document: not a JSON number: {name}"])


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse_constant)


class _Reader:
    """Reads one document, collecting every fault."""

    __slots__ = ("annulled", "certificates", "faults", "numbers", "profile", "withdrawn")

    def __init__(self, known: Iterable[str] = ()) -> None:
        self.faults: list[str] = []
        self.numbers = set(known)
        self.annulled: list[tuple[str, str]] = []
        self.certificates: set[str] = set()
        self.withdrawn: list[tuple[str, str]] = []
        self.profile = DEFAULT_PROFILE

    def fault(self, place: str, what: str) -> None:
        self.faults.append(f"{place}: {what}")

    def keys(self, value: Json, place: str, required: frozenset[str], allowed: frozenset[str]) -> bool:
        """Has `value` all required keys and no unknown one?"""
        given = value.keys()
        if required <= given <= allowed:
            return True
        dot = f"{place}." if place else ""
        for key in given - allowed:
            self.fault(f"{dot}{_shown(key)}", "unknown key")
        for key in sorted(required - given):
            self.fault(f"{dot}{key}", "required")
        return False

    def day(self, value: object, place: str) -> date | None:
        if type(value) is str and len(value) == 10 and value[4] == "-" and value[7] == "-":
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self.fault(place, f"not a calendar day: {_shown(value)}")
        return None

    def text(self, value: object, place: str) -> str | None:
        if type(value) is str and value and (value.isascii() or _encodes(value)):
            return value
        self.fault(place, f"not a text: {_shown(value)}")
        return None

    def recorded_on(self, value: Json, place: str, default: date | None) -> date | None:
        if "recorded_on" in value:
            return self.day(value["recorded_on"], f"{place}.recorded_on")
        return default

    def decision(self, value: Json, place: str) -> Fact | None:
        if not self.keys(value, place, _DECISION_KEYS, _DECISION_KEYS_ALLOWED):
            return None
        number = self.text(value["number"], f"{place}.number")
        if number is not None:
            if number in self.numbers:
                self.fault(f"{place}.number", f"used twice: {_shown(number)}")
            self.numbers.add(number)
        acted_on = self.day(value["acted_on"], f"{place}.acted_on")
        effective_on = self.day(value["effective_on"], f"{place}.effective_on")
        if acted_on is not None and effective_on is not None and effective_on < acted_on:
            self.fault(f"{place}.effective_on", f"before acted_on: {value['effective_on']} < {value['acted_on']}")
        recorded_on = self.recorded_on(value, place, effective_on)
        stated = value["offences"]
        if type(stated) is not list or not stated:
            self.fault(f"{place}.offences", "not a list of at least one offence")
            return None
        offences = [self.offence(item, place, index, acted_on) for index, item in enumerate(stated)]
        if number is None or acted_on is None or effective_on is None or recorded_on is None or None in offences:
            return None
        return Decision(number, acted_on, effective_on, tuple(offences), recorded_on)  # type: ignore[arg-type]

    def offence(self, value: object, place: str, index: int, acted_on: date | None) -> Offence | None:
        if type(value) is not dict:
            self.fault(f"{place}.offences[{index}]", "not an object")
            return None
        if "code" in value:
            if len(value) == 1:
                return self.coded_offence(value["code"], f"{place}.offences[{index}].code", acted_on)
            self.keys(value, f"{place}.offences[{index}]", _CODE_KEYS, _CODE_KEYS)
            return None
        here = f"{place}.offences[{index}]"
        if not self.keys(value, here, _POINTS_KEYS, _POINTS_KEYS_ALLOWED):
            return None
        drug = value.get("drug", False)
        if type(drug) is not bool:
            self.fault(f"{here}.drug", f"not true or false: {_shown(drug)}")
            return None
        points = value["points"]
        if type(points) is not int:
            self.fault(f"{here}.points", f"not a whole number: {_shown(points)}")
            return None
        if points not in self.profile.stated_points:
            allowed = ", ".join(map(str, sorted(self.profile.stated_points)))
            self.fault(f"{here}.points", f"not a level of {self.profile.id}: {_shown(points)} (levels: {allowed})")
            return None
        return Offence(points, drug, None, self.profile.stated_points_source)

    def coded_offence(self, code: object, place: str, acted_on: date | None) -> Offence | None:
        known = self.text(code, place)
        if known is None or acted_on is None:
            return None
        if not known.startswith(self.profile.code_prefixes):
            self.fault(place, f"not a code of {self.profile.id}: {_shown(known)}")
            return None
        try:
            row = catalogue.offence(known, acted_on)
        except catalogue.CodeNotInForceError as error:
            self.fault(place, str(error))
            return None
        except catalogue.UnknownCodeError:
            self.fault(place, f"unknown code: {_shown(known)}")
            return None
        return Offence(row.points, row.drug, known, row.source)

    def annulment(self, value: Json, place: str) -> Fact | None:
        if not self.keys(value, place, _ANNULMENT_KEYS, _ANNULMENT_KEYS):
            return None
        number = self.text(value["decision"], f"{place}.decision")
        recorded_on = self.day(value["recorded_on"], f"{place}.recorded_on")
        if number is None or recorded_on is None:
            return None
        self.annulled.append((number, place))
        return Annulment(number, recorded_on)

    def revocation(self, value: Json, place: str) -> Fact | None:
        if not self.keys(value, place, _REVOCATION_KEYS, _REVOCATION_KEYS_ALLOWED):
            return None
        first = self.day(value["from"], f"{place}.from")
        last = self.day(value["to"], f"{place}.to")
        if first is not None and last is not None and last < first:
            self.fault(f"{place}.to", f"before from: {value['to']} < {value['from']}")
        recorded_on = self.recorded_on(value, place, first)
        if first is None or last is None or recorded_on is None:
            return None
        return Revocation(first, last, recorded_on)

    def certificate(self, value: Json, place: str) -> Fact | None:
        if not self.keys(value, place, _CERTIFICATE_KEYS, _CERTIFICATE_KEYS_ALLOWED):
            return None
        concluded_on = self.day(value["concluded_on"], f"{place}.concluded_on")
        recorded_on = self.recorded_on(value, place, concluded_on)
        number = self.text(value["number"], f"{place}.number") if "number" in value else None
        valid_until = self.day(value["valid_until"], f"{place}.valid_until") if "valid_until" in value else None
        if concluded_on is None or recorded_on is None:
            return None
        if number is not None:
            self.certificates.add(number)
        return DrugFreeCertificate(concluded_on, recorded_on, number, valid_until)

    def certificate_withdrawn(self, value: Json, place: str) -> Fact | None:
        if not self.keys(value, place, _WITHDRAWN_KEYS, _WITHDRAWN_KEYS):
            return None
        number = self.text(value["certificate"], f"{place}.certificate")
        recorded_on = self.day(value["recorded_on"], f"{place}.recorded_on")
        if number is None or recorded_on is None:
            return None
        self.withdrawn.append((number, place))
        return CertificateWithdrawn(number, recorded_on)

    def test(self, value: Json, place: str) -> Fact | None:
        if not self.keys(value, place, _TEST_KEYS, _TEST_KEYS_ALLOWED):
            return None
        on = self.day(value["on"], f"{place}.on")
        passed = value["passed"]
        if type(passed) is not bool:
            self.fault(f"{place}.passed", f"not true or false: {_shown(passed)}")
            return None
        recorded_on = self.recorded_on(value, place, on)
        if on is None or recorded_on is None:
            return None
        return KnowledgeTest(on, passed, recorded_on)

    def fact(self, value: object, index: int) -> Fact | None:
        place = f"facts[{index}]"
        if type(value) is not dict:
            self.fault(place, "not an object")
            return None
        kind = value.get("kind")
        reader = _FACT_READERS.get(kind) if type(kind) is str else None
        if reader is None:
            known = ", ".join(_FACT_READERS)
            what = "required" if "kind" not in value else f"not a kind of fact: {_shown(kind)} (kinds: {known})"
            self.fault(f"{place}.kind", what)
            return None
        return reader(self, value, place)

    def ask(self, value: object, index: int) -> Ask | None:
        place = f"ask[{index}]"
        if type(value) is not dict:
            self.fault(place, "not an object")
            return None
        if not self.keys(value, place, _ASK_KEYS, _ASK_KEYS_ALLOWED):
            return None
        on = self.day(value["on"], f"{place}.on")
        as_known_on = value.get("as_known_on")
        if as_known_on is not None:
            as_known_on = self.day(as_known_on, f"{place}.as_known_on")
        return None if on is None else Ask(on, as_known_on)

    def list_of(self, value: object, place: str) -> list[object]:
        if type(value) is list:
            return value
        self.fault(place, f"not a list: {_shown(value)}")
        return []

    def document(self, value: object, law: str | None) -> Document:
        if type(value) is not dict:
            raise DocumentError(["document: not an object"])
        self.keys(value, "", _DOCUMENT_KEYS, _DOCUMENT_KEYS_ALLOWED)
        name = value.get("law", DEFAULT_PROFILE.id) if law is None else law
        try:
            self.profile = profile(name) if type(name) is str else profile(_shown(name))
        except UnknownProfileError as error:
            self.fault("law", str(error))
        since = self.day(value["since"], "since") if "since" in value else None
        facts = [self.fact(item, index) for index, item in enumerate(self.list_of(value.get("facts", []), "facts"))]
        for number, place in self.annulled:
            if number not in self.numbers:
                self.fault(f"{place}.decision", f"no decision with that number: {_shown(number)}")
        for number, place in self.withdrawn:
            if number not in self.certificates:
                self.fault(f"{place}.certificate", f"no certificate with that number: {_shown(number)}")
        asks = [self.ask(item, index) for index, item in enumerate(self.list_of(value.get("ask", []), "ask"))]
        if self.faults:
            raise DocumentError(self.faults)
        assert since is not None
        return Document(self.profile, since, facts, asks)  # type: ignore[arg-type]


def parse(value: object, law: str | None = None, known: Iterable[str] = ()) -> Document:
    """A document from JSON values.

    Args:
        value: what `loads()` gave.
        law: the profile to use instead of the one the document names.
        known: numbers of decisions that are not in the document: they can be annulled, and not used again.

    Raises:
        DocumentError: with every fault found.

    Source:
        docs/replay-format.md; codes by the day of the act: 168/2024 art. 54, 238/2026 art. 21, reading 3.
    """
    return _Reader(known).document(value, law)


def answer(document: Document) -> Json:
    """The answer to a document, ready to be written as JSON.

    `lines` and `findings` are as known now. Lines end with the last day asked for, and show all if nothing is asked.
    """
    now = History(document.facts, document.profile)
    histories: dict[date | None, History] = {None: now}
    answers = []
    last_day = date.min if document.asks else date.max
    for ask in document.asks:
        known = ask.as_known_on
        history = histories.get(known)
        if history is None:
            history = histories[known] = History(document.facts, document.profile, known)
        if ask.on > last_day:
            last_day = ask.on
        answers.append(_answer(ask, history.state_on(ask.on)))
    return {
        "law": document.profile.id,
        "answers": answers,
        "lines": [_line(line) for line in now.lines if line.on <= last_day],
        "findings": [_finding(finding) for finding in now.findings],
    }


def replay(value: object, law: str | None = None) -> Json:
    """`answer(parse(value, law))`."""
    return answer(parse(value, law))


def _answer(ask: Ask, state: State) -> Json:
    exhaustion = state.exhaustion
    return {
        "on": ask.on.isoformat(),
        "as_known_on": _iso(ask.as_known_on),
        "balance": state.balance,
        "standing": state.standing,
        "may_drive": state.may_drive,
        "restores_on": _iso(state.restores_on),
        "exhausted_on": None if exhaustion is None else exhaustion.on.isoformat(),
        "wait_months": None if exhaustion is None else exhaustion.wait.months,
        "test_from": None if exhaustion is None else _iso(exhaustion.test_from),
        "needs_drug_free_certificate": exhaustion is not None and exhaustion.wait.needs_drug_free_certificate,
    }


def _line(line: Line) -> Json:
    return {
        "on": line.on.isoformat(),
        "kind": line.kind,
        "points": line.points,
        "balance": line.balance,
        "decision": None if line.decision is None else line.decision.number,
        "sources": line.sources,
    }


def _finding(finding: Finding) -> Json:
    shown: Json = {"code": finding.code, "on": finding.on.isoformat()}
    if finding.decision is not None:
        shown["decision"] = finding.decision
    if finding.test_from is not None:
        shown["test_from"] = finding.test_from.isoformat()
    return shown


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _encodes(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _shown(value: object) -> str:
    """A value as it may stand in a message: on one line, short, always printable."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=True, default=str)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    text = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text[:60])
    return text if len(text) < 60 else f"{text}…"


_FactReader: TypeAlias = Callable[[_Reader, Json, str], Fact | None]
_FACT_READERS: dict[str, _FactReader] = {
    "decision": _Reader.decision,
    "annulment": _Reader.annulment,
    "revocation": _Reader.revocation,
    "drug_free_certificate": _Reader.certificate,
    "certificate_withdrawn": _Reader.certificate_withdrawn,
    "test": _Reader.test,
}

_DOCUMENT_KEYS = frozenset({"since", "facts"})
_DOCUMENT_KEYS_ALLOWED = _DOCUMENT_KEYS | {"law", "ask"}
_DECISION_KEYS = frozenset({"kind", "number", "acted_on", "effective_on", "offences"})
_DECISION_KEYS_ALLOWED = _DECISION_KEYS | {"recorded_on"}
_CODE_KEYS = frozenset({"code"})
_POINTS_KEYS = frozenset({"points"})
_POINTS_KEYS_ALLOWED = _POINTS_KEYS | {"drug"}
_ANNULMENT_KEYS = frozenset({"kind", "decision", "recorded_on"})
_REVOCATION_KEYS = frozenset({"kind", "from", "to"})
_REVOCATION_KEYS_ALLOWED = _REVOCATION_KEYS | {"recorded_on"}
_CERTIFICATE_KEYS = frozenset({"kind", "concluded_on"})
_CERTIFICATE_KEYS_ALLOWED = _CERTIFICATE_KEYS | {"recorded_on", "number", "valid_until"}
_WITHDRAWN_KEYS = frozenset({"kind", "certificate", "recorded_on"})
_TEST_KEYS = frozenset({"kind", "on", "passed"})
_TEST_KEYS_ALLOWED = _TEST_KEYS | {"recorded_on"}
_ASK_KEYS = frozenset({"on"})
_ASK_KEYS_ALLOWED = _ASK_KEYS | {"as_known_on"}
