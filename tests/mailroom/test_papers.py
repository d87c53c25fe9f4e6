"""Papers with a code: made once, sealed, kept, and checked without a word about the person."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from gplx.letters import seal
from gplx.mailroom import papers
from gplx.mailroom.models import CheckTry, Paper, PaperKind
from gplx.mailroom.papers import TooManyTriesError
from tests.letters.papers import text_of

ON = date(2026, 3, 12)
DATA = {"title": "Bản kê", "blocks": [{"kind": "lines", "lines": ["Còn 8 điểm."]}]}


def issued(key: str = "test:1", **more: object) -> Paper:
    given_out: dict[str, object] = {"natural_key": key, "on": ON, "asked_digits": "0123", **more}
    return papers.issue(PaperKind.STATEMENT, DATA, **given_out)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_paper_is_made_once_and_is_sealed_and_kept():
    paper, again = issued(), issued()
    assert paper.pk == again.pk
    assert issued("test:2").code != paper.code
    data = papers.content(paper)
    assert seal.verify(data, seal.roots()).is_good
    assert paper.code in text_of(data).replace(" ", "")
    assert paper.pages == 1


@pytest.mark.django_db(transaction=True)
def test_made_at_the_same_time_it_is_one_paper():
    made: list[int] = []

    def make() -> None:
        made.append(issued("race").pk)
        connection.close()

    threads = [threading.Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 3
    assert len(set(made)) == 1


def test_codes_are_drawn_anew_and_can_be_typed_in_many_ways():
    code = papers.new_code()
    assert papers.new_code() != code
    assert re.fullmatch(r"(?:[2-9A-HJKMNP-Z]{4}-){2}[2-9A-HJKMNP-Z]{4}", code)
    for typed in (code, code.lower(), code.replace("-", " "), f" {code} ", f"https://gplx.example/kiem-tra/{code}/"):
        assert papers.written(typed) == code


@given(st.text(max_size=30))
def test_what_is_no_code_is_none(text: str):
    found = papers.written(text)
    assert found is None or re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", found)


@pytest.mark.django_db
def test_the_check_compares_figures_and_says_nothing_else():
    paper = issued()
    assert papers.check(paper.code.lower(), asker="192.0.2.1") == (paper, None)
    assert papers.check(paper.code, figures="0123", asker="192.0.2.1") == (paper, True)
    assert papers.check(paper.code, figures="0124", asker="192.0.2.1") == (paper, False)
    assert papers.check("ABCD-EFGH-JKMN", asker="192.0.2.1") == (None, None)
    assert papers.check("nothing", asker="192.0.2.1") == (None, None)
    assert not CheckTry.objects.filter(asker__contains="192").exists()


@pytest.mark.django_db
def test_guessing_codes_ends_for_the_address_that_guesses():
    for _ in range(papers.WRONG_OF_AN_ASKER_MAX):
        papers.check(papers.new_code(), asker="192.0.2.1")
    with pytest.raises(TooManyTriesError):
        papers.check(issued().code, asker="192.0.2.1")
    assert papers.check(issued().code, asker="192.0.2.2").paper is not None


@pytest.mark.django_db
def test_guessing_figures_ends_for_the_paper_from_wherever_they_come():
    paper = issued()
    for number in range(papers.WRONG_OF_A_PAPER_MAX):
        papers.check(paper.code, figures="9999", asker=f"192.0.2.{number}")
    with pytest.raises(TooManyTriesError):
        papers.check(paper.code, figures="0123", asker="192.0.2.99")
    assert papers.check(paper.code, asker="192.0.2.99").paper == paper


@pytest.mark.django_db
@pytest.mark.parametrize("change", [lambda paper: paper.delete(), lambda paper: Paper.objects.update(digest="0" * 64)])
def test_a_paper_that_was_given_out_stays(change: Callable[[Paper], object]):
    paper = issued()
    with pytest.raises(Exception, match="never changed or removed"):
        change(paper)
