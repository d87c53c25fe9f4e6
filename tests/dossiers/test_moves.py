"""A dossier has one state, reached by the moves of the table only; each move is a row (I11, T03, T05)."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gplx.accounts.models import Role, User
from gplx.dossiers import actions, queries
from gplx.dossiers.models import LIVE, Channel, Dossier, Kind, Move, State
from gplx.dossiers.states import ACTOR_KINDS, MOVES, PORTAL_CHANNEL, PORTAL_STATUS, Actor, ActorKind, officer
from gplx.errors import MoveNotAllowedError
from gplx.law import dossier_codes
from gplx.licences.models import Holder
from tests.points.people import people

TODAY = date(2026, 11, 25)
APPLICANT = Actor("applicant", "7")


@pytest.fixture
def holder(db: None) -> Holder:
    return people(1)[0]


def submitted(holder: Holder, part: str = "car") -> Dossier:
    return actions.submit(
        Kind.RESTORATION_TEST, holder_id=holder.pk, part=part, channel=Channel.ONLINE, by=APPLICANT, on=TODAY
    )


def test_the_first_move_is_made_with_the_dossier(holder: Holder) -> None:
    dossier = submitted(holder)
    assert (dossier.state, dossier.version, dossier.code) == (State.REGISTERED, 1, "G01.000.00-261125-010001")
    [move] = queries.moves_of([dossier.pk])[dossier.pk]
    assert (move.number, move.name, move.origin, move.to, move.on) == (1, "submit", "", State.REGISTERED, TODAY)
    assert (move.actor_kind, move.actor, move.actor_name) == ("applicant", "7", "")


def test_codes_are_counted_by_the_day_and_change_their_shape_by_law(holder: Holder) -> None:
    assert submitted(holder, part="motorcycle").code.endswith("0001")
    assert submitted(holder).code.endswith("0002")
    assert dossier_codes.series(date(2026, 1, 24)) == "000.00.00.G01-260124-"
    assert dossier_codes.series(date(2026, 1, 25)) == "G01.000.00-260125-01"
    assert len(dossier_codes.series(TODAY)) + 8 <= dossier_codes.CODE_LENGTH_MAX


def test_one_live_dossier_a_part(holder: Holder) -> None:
    first = submitted(holder)
    with pytest.raises(actions.LiveDossierError) as refused:
        submitted(holder)
    assert refused.value.dossier == first
    submitted(holder, part="motorcycle")
    actions.move(first.pk, "withdraw", by=APPLICANT, on=TODAY)
    assert submitted(holder).pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_t05_sixteen_clicks_at_once_open_one_dossier() -> None:
    holder = people(1)[0]
    codes: list[str] = []
    start = threading.Barrier(16)

    def click() -> None:
        start.wait()
        try:
            codes.append(submitted(holder).code)
        except actions.LiveDossierError as already:
            codes.append(already.dossier.code)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(16)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert len(codes) == 16
    assert set(codes) == {Dossier.objects.get().code}
    assert Move.objects.count() == 1


STEPS = st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.sampled_from(ACTOR_KINDS)), max_size=9)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_t03_whatever_is_tried_only_moves_of_the_table_are_made(
    holder: Holder, steps: list[tuple[str, ActorKind]]
) -> None:
    with transaction.atomic():
        dossier = submitted(holder)
        state, made = State.REGISTERED, 1
        for name, kind in steps:
            rule = MOVES[name]
            if state in rule.origins and kind in rule.by:
                state, made = rule.to, made + 1
                after = actions.move(dossier.pk, name, by=Actor(kind, "1"), on=TODAY, version=made - 1)
                assert (after.state, after.version) == (state, made)
            else:
                with pytest.raises(MoveNotAllowedError):
                    actions.move(dossier.pk, name, by=Actor(kind, "1"), on=TODAY)
        dossier.refresh_from_db()
        assert (dossier.state, dossier.version) == (state, made)
        moves = queries.moves_of([dossier.pk])[dossier.pk]
        assert [move.number for move in moves] == list(range(1, made + 1))
        assert [move.origin for move in moves[1:]] == [move.to for move in moves[:-1]]
        assert moves[-1].to == state
        transaction.set_rollback(True)


def test_an_old_page_moves_nothing(holder: Holder) -> None:
    dossier = submitted(holder)
    actions.move(dossier.pk, "accept", by=Actor("rule"), on=TODAY, version=1)
    with pytest.raises(actions.StaleDossierError):
        actions.move(dossier.pk, "withdraw", by=APPLICANT, on=TODAY, version=1)


def test_end_states_are_final_and_every_state_is_reached() -> None:
    ends = {state for state in State if state not in LIVE}
    after_an_end = {(state, name) for name, rule in MOVES.items() for state in rule.origins if state in ends}
    assert after_an_end == {(State.FINISHED, "hand_over")}
    assert {rule.to for rule in MOVES.values()} == set(State)


def test_the_portal_s_codes_are_given_once() -> None:
    assert PORTAL_STATUS.keys() == set(State)
    assert sorted(PORTAL_STATUS.values()) == [1, 2, 3, 4, 5, 7, 8, 9, 10]
    assert sorted(PORTAL_CHANNEL.values()) == [1, 2, 3]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE dossiers_dossier SET holder_id = holder_id + 1",
        "UPDATE dossiers_dossier SET opened_on = '2020-01-01'",
        "DELETE FROM dossiers_dossier",
        "UPDATE dossiers_move SET reason = 'x'",
        "DELETE FROM dossiers_move",
    ],
)
def test_i06_what_was_asked_and_every_step_stay(holder: Holder, statement: str) -> None:
    submitted(holder)
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(statement)


def test_an_officer_is_shown_by_role_and_unit() -> None:
    user = User(pk=3, role=Role.EXAMINER, display_name="Người Mẫu", unit="Đội Mẫu")
    assert officer(user) == Actor("officer", "3", "Cán bộ tổ chức kiểm tra, Đội Mẫu")
