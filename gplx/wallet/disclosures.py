"""Selective disclosure: claims stand in a token as digests, and are disclosed one by one beside it.

Source:
    RFC 9901 section 4.2 (disclosures), 7.1 (verification).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from gplx.wallet import es256, jose
from gplx.wallet.errors import UnreadableError

DIGESTS: Final = "_sd"
ALGORITHM: Final = "_sd_alg"
ELEMENT: Final = "..."
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A claim with its salt, as it was written.

    Attributes:
        name: None for an element of an array.
        is_well_formed: it is an array of salt, name and value, or of salt and value. Otherwise nothing is in it.
    """

    text: str
    name: str | None
    value: Any
    is_well_formed: bool

    @property
    def digest(self) -> str:
        return digest_of(self.text)


def digest_of(text: str) -> str:
    """The digest that stands for a disclosure: of its base64url text, not of what that decodes to."""
    return es256.to_base64url(hashlib.sha256(text.encode("ascii")).digest())


def make(name: str, value: Any) -> Disclosure:
    """A disclosure with a salt of its own."""
    salt = es256.to_base64url(secrets.token_bytes(_SALT_BYTES))
    return Disclosure(es256.to_base64url(jose.dumps([salt, name, value]).encode()), name, value, True)


def read(text: str, repeats: list[str]) -> Disclosure:
    """Parse a disclosure; one that is not well formed says so and has nothing in it."""
    try:
        value = jose.loads(es256.from_base64url(text), repeats)
    except UnreadableError:
        value = None
    match value:
        case [str(), str(name), content] if name not in (DIGESTS, ELEMENT):
            return Disclosure(text, name, content, True)
        case [str(), content]:
            return Disclosure(text, None, content, True)
    return Disclosure(text, None, None, False)


@dataclass
class Unpacked:
    """The claims with everything in place that was disclosed, and what was met on the way.

    Attributes:
        digests: every digest in token and disclosures, as often as it occurs.
        misplaced: digests whose disclosure is of an element where a claim belongs, or the other way round.
        overwriting: names that were disclosed where the object has them already.
    """

    claims: dict[str, Any] = field(default_factory=dict)
    digests: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)
    overwriting: list[str] = field(default_factory=list)


def unpack(claims: Mapping[str, Any], disclosures: Iterable[Disclosure]) -> Unpacked:
    """Put the disclosed claims into their places, at any depth."""
    by_digest = {each.digest: each for each in disclosures}
    result = Unpacked()
    result.claims = _object(claims, by_digest, result)
    result.claims.pop(ALGORITHM, None)
    return result


def _value(value: Any, by_digest: Mapping[str, Disclosure], result: Unpacked) -> Any:
    if isinstance(value, dict):
        return _object(value, by_digest, result)
    if isinstance(value, list):
        return _array(value, by_digest, result)
    return value


def _object(value: Mapping[str, Any], by_digest: Mapping[str, Disclosure], result: Unpacked) -> dict[str, Any]:
    plain = {name: _value(each, by_digest, result) for name, each in value.items() if name != DIGESTS}
    for digest in value.get(DIGESTS, []):
        result.digests.append(digest)
        disclosure = by_digest.get(digest)
        if disclosure is None or not disclosure.is_well_formed:
            continue
        if disclosure.name is None:
            result.misplaced.append(digest)
        elif disclosure.name in plain:
            result.overwriting.append(disclosure.name)
        else:
            plain[disclosure.name] = _value(disclosure.value, _without(by_digest, digest), result)
    return plain


def _array(value: list[Any], by_digest: Mapping[str, Disclosure], result: Unpacked) -> list[Any]:
    elements = []
    for each in value:
        if not (isinstance(each, dict) and each.keys() == {ELEMENT}):
            elements.append(_value(each, by_digest, result))
            continue
        digest = each[ELEMENT]
        result.digests.append(digest)
        disclosure = by_digest.get(digest)
        if disclosure is None or not disclosure.is_well_formed:
            continue
        if disclosure.name is not None:
            result.misplaced.append(digest)
        else:
            elements.append(_value(disclosure.value, _without(by_digest, digest), result))
    return elements


def _without(by_digest: Mapping[str, Disclosure], digest: str) -> dict[str, Disclosure]:
    """What may be disclosed inside a disclosure: never itself, so that depth has an end."""
    return {each: disclosure for each, disclosure in by_digest.items() if each != digest}
