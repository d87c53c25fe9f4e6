"""The signed data of a message: what is hostile is refused, and only what was signed is believed (T24, B30-B32)."""

from __future__ import annotations

import base64
import copy
import re
import time
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from signxml.verifier import XMLVerifier

from gplx.gateways.sandbox import hospital as sandbox
from gplx.health import message, signatures
from gplx.health.facility_actions import fingerprint
from gplx.health.message import MessageError
from gplx.health.signatures import Known, SignedDataRefusedError
from tests.health.hospitals import TODAY, fields, hospital, signed, stranger

DS = "http://www.w3.org/2000/09/xmldsig#"
GOOD = signed(fields())
DATA = base64.b64decode(GOOD["SIGNDATA"])
CONCLUDED = date(2026, 11, 1)


def known(first: date = date(2024, 1, 1), last: date = date(2060, 12, 31), withdrawn: date | None = None):
    mark = fingerprint(hospital().certificate)
    return {mark: Known(1, hospital().certificate_pem.decode(), mark, first, last, withdrawn)}


def check(data: bytes | str, **more) -> signatures.Signed:
    text = data if isinstance(data, str) else base64.b64encode(data).decode()
    return signatures.verify(text, more.pop("known", known()), concluded_on=CONCLUDED, today=more.pop("today", TODAY))


def tree() -> etree._Element:
    return etree.fromstring(DATA)


def out(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def the_signature(root: etree._Element) -> etree._Element:
    found = root.find(f"{{{DS}}}Signature")
    assert found is not None
    return found


def at(root: etree._Element, path: str) -> etree._Element:
    found = root.find(path, {"d": DS})
    assert found is not None
    return found


def wrapped_in_object() -> bytes:
    """The signed document hides inside its own signature; another one stands at the top."""
    root = tree()
    forged = copy.deepcopy(root)
    at(forged, "MATUY").text = "1"
    signature = the_signature(forged)
    holder = etree.SubElement(signature, f"{{{DS}}}Object")
    inner = copy.deepcopy(root)
    inner.remove(the_signature(inner))
    holder.append(inner)
    return out(forged)


def wrapped_by_root() -> bytes:
    """The signed document hangs below a new root."""
    forged = etree.Element("root")
    for child in tree():
        if child.tag == "MATUY":
            etree.SubElement(forged, "MATUY").text = "1"
    forged.append(tree())
    return out(forged)


def moved_signature() -> bytes:
    root = tree()
    at(root, "LYDO").append(the_signature(root))
    return out(root)


def two_signatures() -> bytes:
    root = tree()
    root.append(copy.deepcopy(the_signature(root)))
    return out(root)


def nested_signature() -> bytes:
    root = tree()
    etree.SubElement(the_signature(root), f"{{{DS}}}Object").append(copy.deepcopy(the_signature(root)))
    return out(root)


def no_signature() -> bytes:
    root = tree()
    root.remove(the_signature(root))
    return out(root)


def foreign_signature() -> bytes:
    root = tree()
    root.append(etree.fromstring("<Signature/>"))
    return out(root)


def changed(path: str, attribute: str, value: str) -> bytes:
    root = tree()
    at(root, path).set(attribute, value)
    return out(root)


def with_transform(algorithm: str) -> bytes:
    root = tree()
    transforms = at(root, ".//d:Transforms")
    etree.SubElement(transforms, f"{{{DS}}}Transform", Algorithm=algorithm)
    return out(root)


def second_reference() -> bytes:
    root = tree()
    reference = at(root, ".//d:Reference")
    reference.addnext(copy.deepcopy(reference))
    return out(root)


def one_more_field(name: str, text: str = "x") -> bytes:
    root = sandbox.document(fields())
    etree.SubElement(root, name).text = text
    return sandbox.sign(hospital(), root)


def field_with_child() -> bytes:
    root = sandbox.document(fields())
    etree.SubElement(at(root, "MATUY"), "b").text = "1"
    return sandbox.sign(hospital(), root)


def with_comment() -> bytes:
    """A comment that canonicalization leaves out, and that cuts a value in two for careless readers."""
    root = sandbox.document(fields())
    signed_data = sandbox.sign(hospital(), root)
    return signed_data.replace(b"<MATUY>0<", b"<MATUY><!-- -->0<")


def with_attribute() -> bytes:
    root = sandbox.document(fields())
    root.set("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation", "x http://127.0.0.1:9/x.xsd")
    return sandbox.sign(hospital(), root)


def in_namespace() -> bytes:
    return sandbox.sign(hospital(), etree.fromstring(b"<root xmlns='urn:x'><MATUY>0</MATUY></root>"))


def before_root(text: bytes) -> bytes:
    return re.sub(rb"(<\?xml[^>]*\?>)?\s*<root", text + b"<root", DATA, count=1)


LAUGHS = b"<!DOCTYPE root [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>"
HOSTILE: dict[str, tuple[str, bytes]] = {
    "doctype": ("dtd", before_root(b"<!DOCTYPE root>")),
    "billion laughs": ("dtd", before_root(LAUGHS)),
    "external entity": ("dtd", before_root(b"<!DOCTYPE root [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>")),
    "external dtd": ("dtd", before_root(b"<!DOCTYPE root SYSTEM 'http://127.0.0.1:9/x.dtd'>")),
    "parameter entity": ("dtd", before_root(b"<!DOCTYPE root [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/'> %x;]>")),
    "undeclared entity": ("not_xml", DATA.replace(b"<MATUY>0<", b"<MATUY>&x;<")),
    "comment in a value": ("comment_or_instruction", with_comment()),
    "comment before the root": ("comment_or_instruction", before_root(b"<!-- x -->")),
    "instruction in a value": ("comment_or_instruction", DATA.replace(b"<MATUY>0<", b"<MATUY><?x y?>0<")),
    "style sheet": ("comment_or_instruction", before_root(b"<?xml-stylesheet href='http://127.0.0.1:9/'?>")),
    "cdata": ("cdata", DATA.replace(b"<MATUY>0<", b"<MATUY><![CDATA[0]]><")),
    "utf-16": ("not_utf8", DATA.decode().replace("UTF-8", "UTF-16").encode("utf-16")),
    "utf-7": ("not_utf8", DATA.replace(b"UTF-8", b"UTF-7")),
    "depth 300": ("not_xml", b"<root>" + b"<a>" * 300 + b"</a>" * 300 + b"</root>"),
    "depth 30": ("too_deep", b"<root>" + b"<a>" * 30 + b"</a>" * 30 + b"</root>"),
    "many elements": ("too_many_elements", b"<root>" + b"<a/>" * 5000 + b"</root>"),
    "huge": ("too_large", DATA + b" " * 200_000),
    "not xml": ("not_xml", b"{}"),
    "empty": ("not_xml", b""),
    "other root": ("root", b"<html/>"),
    "schema location": ("root", with_attribute()),
    "namespace": ("root", in_namespace()),
    "wrapped in an object": ("signature", wrapped_in_object()),
    "wrapped by another root": ("one_signature", wrapped_by_root()),
    "moved signature": ("one_signature", moved_signature()),
    "two signatures": ("one_signature", two_signatures()),
    "signature in a signature": ("one_signature", nested_signature()),
    "signature without namespace": ("one_signature", foreign_signature()),
    "no signature": ("one_signature", no_signature()),
    "two references": ("reference", second_reference()),
    "reference to a part": ("reference", changed(".//d:Reference", "URI", "#x")),
    "reference to a file": ("reference", changed(".//d:Reference", "URI", "file:///etc/passwd")),
    "reference to an address": ("reference", changed(".//d:Reference", "URI", "http://127.0.0.1:9/")),
    "xslt": ("transforms", with_transform("http://www.w3.org/TR/1999/REC-xslt-19991116")),
    "xpath": ("transforms", with_transform("http://www.w3.org/TR/1999/REC-xpath-19991116")),
    "base64 transform": ("transforms", with_transform(f"{DS}base64")),
    "hmac": ("algorithm", changed(".//d:SignatureMethod", "Algorithm", f"{DS}hmac-sha1")),
    "sha-1 digest only": ("algorithm", changed(".//d:DigestMethod", "Algorithm", f"{DS}sha1")),
    "sha-1 signature only": ("algorithm", changed(".//d:SignatureMethod", "Algorithm", f"{DS}rsa-sha1")),
    "other canonicalization": (
        "canonicalization",
        changed(".//d:CanonicalizationMethod", "Algorithm", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"),
    ),
    "value changed": ("signature", DATA.replace(b"<MATUY>0<", b"<MATUY>1<")),
    "value with space": ("signature", DATA.replace(b"<MATUY>0<", b"<MATUY>0 <")),
    "field twice": ("fields", one_more_field("MATUY", "1")),
    "unknown field": ("fields", one_more_field("GHICHU")),
    "field with a child": ("fields", field_with_child()),
    "signed by a stranger": ("certificate_unknown", sandbox.sign(stranger(), sandbox.document(fields()))),
}  # fmt: skip
MALFORMED = {
    "dtd", "not_xml", "comment_or_instruction", "cdata", "not_utf8", "too_deep", "too_many_elements", "too_large",
    "root", "fields",
}  # fmt: skip


def test_the_good_one_is_good() -> None:
    found = check(DATA)
    assert (found.doubt, found.values["MATUY"], found.certificate_id) == ("", "0", 1)
    assert len(HOSTILE) >= 25


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_data_is_refused_at_once(name: str) -> None:
    code, data = HOSTILE[name]
    began = time.monotonic()
    with pytest.raises(SignedDataRefusedError) as refused:
        check(data)
    assert refused.value.code == code
    assert refused.value.malformed == (code in MALFORMED)
    assert time.monotonic() - began < 10


def test_the_stranger_s_certificate_beside_ours_is_not_enough() -> None:
    """The key that counts is the registered one, not the first that the document carries."""
    root = etree.fromstring(sandbox.sign(stranger(), sandbox.document(fields())))
    data = at(root, ".//d:X509Data")
    theirs = data[0]
    ours = copy.deepcopy(theirs)
    ours.text = "".join(hospital().certificate_pem.decode().splitlines()[1:-1])
    data.append(ours)
    with pytest.raises(SignedDataRefusedError) as refused:
        check(out(root))
    assert refused.value.code == "signature"


def test_old_algorithms_are_marked() -> None:
    found = check(base64.b64decode(signed(fields(), mistake="legacy")["SIGNDATA"]))
    assert found.doubt == "legacy_signature"


@pytest.mark.parametrize(
    ("certificate", "code"),
    [
        ({"first": date(2026, 11, 2)}, "certificate_not_yet_valid"),
        ({"last": date(2026, 10, 31)}, "certificate_expired"),
        ({"withdrawn": TODAY}, "certificate_withdrawn"),
    ],
)
def test_a_certificate_counts_on_its_days_only(certificate, code) -> None:
    with pytest.raises(SignedDataRefusedError) as refused:
        check(DATA, known=known(**certificate))
    assert refused.value.code == code


def test_the_first_and_the_last_day_count() -> None:
    assert check(DATA, known=known(first=CONCLUDED, last=TODAY)).doubt == ""
    assert check(DATA, known=known(last=date(2026, 11, 24))).doubt == "signer_expired"


@pytest.mark.parametrize("text", ["", "@@@", "PHJvb3Q+", base64.b64encode(DATA).decode() + "=", " " + GOOD["SIGNDATA"]])
def test_only_base64_as_it_is_written(text: str) -> None:
    with pytest.raises(SignedDataRefusedError):
        check(text)


def believed(sent: dict[str, str]) -> bool:
    """Would the register take this message?"""
    given = dict(sent)
    data = given.pop("SIGNDATA")
    try:
        stated = message.read(given, today=TODAY)
        found = check(data)
    except (MessageError, SignedDataRefusedError):
        return False
    action = found.values["ACTION"] == ("EDIT" if stated.edit else "ADD")
    return action and not signatures.differences(found.values, stated.content)


SIGNED_FIELDS = [name for name in GOOD if name not in ("SIGNDATA", "BENHVIEN")]
CHARACTERS = st.characters(codec="utf-8", categories=["Lu", "Ll", "Nd", "Zs", "Po", "Cc"])


@given(
    name=st.sampled_from(SIGNED_FIELDS),
    value=st.one_of(
        st.text(CHARACTERS, max_size=30),
        st.sampled_from(["0", "1", "A0-1", "A0-2", "A0-3", "B", "C", "01/01/2000", "02/11/2026", "ADD", "EDIT"]),
    ),
)
def test_any_single_changed_value_is_refused(name: str, value: str) -> None:
    assert believed(GOOD)
    if unicodedata.normalize("NFC", value).strip(" ") != GOOD[name]:
        assert not believed({**GOOD, name: value})


@given(name=st.sampled_from(SIGNED_FIELDS), place=st.integers(0, 60), other=CHARACTERS)
def test_any_single_changed_character_is_refused(name: str, place: int, other: str) -> None:
    value = GOOD[name]
    changed_value = value[: place % (len(value) + 1)] + other + value[place % (len(value) + 1) + 1 :]
    if unicodedata.normalize("NFC", changed_value).strip(" ") != value:
        assert not believed({**GOOD, name: changed_value})


def test_the_sample_s_spelling_of_a_conclusion_is_the_same() -> None:
    assert believed({**GOOD, "KETLUAN": "A1-0"})
    assert believed(signed(fields(more={"KETLUAN": "A1-0"})))


def test_only_what_the_verifier_returns_is_read(monkeypatch) -> None:
    """With a verifier that returns another document, that one is believed: the raw tree is not looked at."""

    class Result:
        signed_xml = etree.fromstring("<root><MATUY>1</MATUY></root>")

    monkeypatch.setattr(XMLVerifier, "verify", lambda *_, **__: Result())
    assert check(DATA).values == {"MATUY": "1"}
