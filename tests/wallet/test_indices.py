"""Places of a status list: drawn at random, used once, and hidden among decoys that live as licences do."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gplx.wallet import indices
from gplx.wallet.errors import ListFullError
from gplx.wallet.status_list import SUSPENDED, VALID
from tests.wallet.house import NOW

SECRET = b"secret of the tests"
SIZE = 5_000
SECRETS = st.binary(min_size=16, max_size=32)


def test_a_place_is_drawn_once_and_never_a_decoys():
    taken: set[int] = set()
    for _ in range(2_000):
        index = indices.draw(taken, len(taken), SIZE, SECRET)
        assert 0 <= index < SIZE
        assert index not in taken
        assert not indices.is_decoy(SECRET, index)
        taken.add(index)
    # Two thousand draws in ascending order would be a counter; by chance it happens once in 2000! times.
    assert max(taken) > 2_000


def test_places_do_not_follow_each_other():
    drawn = [indices.draw(frozenset(), 0, 1 << 20, SECRET) for _ in range(50)]
    assert drawn != sorted(drawn)
    assert sum(later - earlier == 1 for earlier, later in pairwise(drawn)) < 3


def test_a_list_is_full_before_its_last_places_tell_who_was_last():
    with pytest.raises(ListFullError):
        indices.draw(frozenset(), SIZE * 81 // 100, SIZE, SECRET)
    indices.draw(frozenset(), SIZE * 81 // 100 - 1, SIZE, SECRET)


def test_a_list_without_a_free_place_ends():
    with pytest.raises(ListFullError):
        indices.draw(range(10), 0, 10, SECRET)


@given(SECRETS)
def test_about_one_place_in_ten_is_a_decoy(secret: bytes):
    count = sum(indices.is_decoy(secret, index) for index in range(2_000))
    assert 100 < count < 320


@given(SECRETS, st.integers(0, 1 << 20), st.integers(0, 4_000))
def test_a_decoy_says_valid_or_suspended_and_the_same_when_asked_again(secret: bytes, index: int, days: int):
    at = NOW + timedelta(days=days)
    status = indices.decoy_status(secret, index, at)
    assert status in (VALID, SUSPENDED)
    assert indices.decoy_status(secret, index, at) == status


@given(SECRETS, st.integers(0, 1 << 20))
def test_a_decoy_is_suspended_at_times_and_mostly_not(secret: bytes, index: int):
    days = range(0, 2_200, 10)
    suspended = sum(indices.decoy_status(secret, index, NOW + timedelta(days=day)) == SUSPENDED for day in days)
    assert 0 < suspended < len(days) / 2


def test_decoys_do_not_change_at_the_same_time_of_day():
    """Otherwise a change at another hour would be a person's."""
    hours = set()
    for index in range(40):
        before = indices.decoy_status(SECRET, index, NOW)
        for hour in range(1, 24 * 400):
            if indices.decoy_status(SECRET, index, NOW + timedelta(hours=hour)) != before:
                hours.add(hour % 24)
                break
    assert len(hours) > 8
