"""What holds for every life, shown on many that Hypothesis makes up."""

from __future__ import annotations

import random
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gplx.law import points as law
from gplx.law.points import Fact, History, replay
from gplx.law.profiles import PROFILES, Profile

FIRST = date(2024, 12, 20)
# Few anchors and whole periods from them: coincidences are what goes wrong.
anchors = st.sampled_from(
    [date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 10), date(2025, 8, 31), date(2028, 2, 29)]
)
near = st.integers(-2, 2)
periods = st.sampled_from([0, 0, 0, 182, 274, 365, 365, 548, 730])
days = st.builds(lambda anchor, days, near: anchor + timedelta(days=days + near), anchors, periods, near)
profiles = st.sampled_from(sorted(PROFILES.values(), key=str))


@st.composite
def lives(draw: st.DrawFn) -> tuple[Profile, list[Fact]]:
    """A profile and facts that are possible together: unique decision numbers, annulments of known decisions."""
    profile = draw(profiles)
    levels = st.sampled_from(sorted(profile.stated_points))
    facts: list[Fact] = []
    for number in range(draw(st.integers(0, 7))):
        acted_on, wait, known = draw(days), draw(st.integers(0, 20)), draw(st.integers(-5, 400))
        effective_on = acted_on + timedelta(days=wait)
        offences = draw(st.lists(st.builds(law.Offence, levels, st.booleans()), min_size=1, max_size=3))
        facts.append(
            law.Decision(f"QD-{number}", acted_on, effective_on, tuple(offences), effective_on + timedelta(days=known))
        )
        if draw(st.integers(0, 4)) == 0:
            facts.append(law.Annulment(f"QD-{number}", draw(days)))
    for _ in range(draw(st.integers(0, 2))):
        first = draw(days)
        facts.append(law.Revocation(first, first + timedelta(days=draw(st.integers(0, 400))), draw(days)))
    facts += [law.DrugFreeCertificate(on, on) for on in draw(st.lists(days, max_size=2))]
    results = draw(st.lists(st.tuples(days, st.booleans()), max_size=3))
    facts += [law.KnowledgeTest(on, passed, on) for on, passed in results]
    return profile, facts


@given(lives(), days, st.randoms())
def test_the_order_of_arrival_is_irrelevant(life: tuple[Profile, list[Fact]], on: date, chance: random.Random) -> None:
    profile, facts = life
    shuffled = facts[:]
    chance.shuffle(shuffled)
    assert replay(facts, profile, on) == replay(shuffled, profile, on)


@given(lives(), days, st.none() | days)
def test_the_balance_stays_between_0_and_12_and_is_the_sum_of_the_lines(
    life: tuple[Profile, list[Fact]], on: date, as_known_on: date | None
) -> None:
    profile, facts = life
    statement = replay(facts, profile, on, as_known_on)
    assert 0 <= statement.balance <= 12
    running = 12
    for line in statement.lines:
        running += line.points
        assert 0 <= running <= 12
        assert line.balance == running
        assert line.sources
    assert running == statement.balance
    assert statement.standing == {0: "exhausted", 12: "full"}.get(running, "reduced")


@given(lives(), days)
def test_an_annulled_decision_is_as_if_never_made(life: tuple[Profile, list[Fact]], on: date) -> None:
    profile, facts = life
    annulled = {fact.decision for fact in facts if isinstance(fact, law.Annulment)}
    without = [
        fact
        for fact in facts
        if not isinstance(fact, law.Annulment) and not (isinstance(fact, law.Decision) and fact.number in annulled)
    ]
    assert replay(facts, profile, on) == replay(without, profile, on)


@given(lives(), days, days)
def test_a_longer_look_begins_with_the_shorter_one(life: tuple[Profile, list[Fact]], one: date, other: date) -> None:
    """Replay to a day, then go on, is replay to the later day: later facts never change earlier lines."""
    profile, facts = life
    first, second = sorted((one, other))
    shorter, longer = replay(facts, profile, first), replay(facts, profile, second)
    assert list(longer.lines[: len(shorter.lines)]) == list(shorter.lines)
    until_first = [fact for fact in facts if _day_of(fact) <= first]
    assert list(replay(until_first, profile, first).lines) == list(shorter.lines)


@given(lives(), days)
def test_what_is_known_later_does_not_change_what_was_known(life: tuple[Profile, list[Fact]], known: date) -> None:
    profile, facts = life
    by_then = [fact for fact in facts if fact.recorded_on <= known]
    on = date(2029, 1, 1)
    past, now_without = replay(facts, profile, on, known), replay(by_then, profile, on)
    assert (past.lines, past.findings, past.balance) == (now_without.lines, now_without.findings, now_without.balance)


@given(lives(), days)
def test_between_two_changes_nothing_changes(life: tuple[Profile, list[Fact]], on: date) -> None:
    """`next_change_on` is the sweep's promise: until that day the snapshot of `on` is right."""
    profile, facts = life
    history = History(facts, profile)
    statement = history.on(on)
    last_same = (statement.next_change_on or on + timedelta(days=900)) - timedelta(days=1)
    later = history.on(last_same)
    seen = [(s.balance, s.standing, s.may_drive, s.restores_on, s.exhaustion, s.lines) for s in (statement, later)]
    assert seen[0] == seen[1]


@given(lives(), days)
def test_a_refill_is_exact(life: tuple[Profile, list[Fact]], on: date) -> None:
    """I10: by time only from above 0, by a test only from 0, always to 12."""
    profile, facts = life
    balance = 12
    for line in replay(facts, profile, on).lines:
        if line.kind == "restoration":
            assert 0 < balance < 12
            assert line.balance == 12
        elif line.kind == "test_restoration":
            assert (balance, line.balance) == (0, 12)
        balance = line.balance


def _day_of(fact: Fact) -> date:
    """The first day on which a fact can show; annulments always do."""
    if isinstance(fact, law.Decision):
        return fact.effective_on
    if isinstance(fact, law.Revocation):
        return fact.first_day
    if isinstance(fact, law.DrugFreeCertificate):
        return fact.concluded_on
    return fact.on if isinstance(fact, law.KnowledgeTest) else date.min


_DAY = date(2026, 5, 10)
_spans = st.lists(
    st.builds(
        lambda first, length: (_DAY + timedelta(days=first), _DAY + timedelta(days=first + length)),
        st.integers(-12, 12),
        st.integers(0, 8),
    ),
    max_size=6,
)


@given(_spans)
def test_a_revocation_holds_until_the_last_day_before_a_free_one(spans: list[tuple[date, date]]) -> None:
    """Readings 10 and 17, counted day by day."""
    revoked = {first + timedelta(days=n) for first, last in spans for n in range((last - first).days + 1)}
    until = None
    day = _DAY
    while day in revoked:
        until, day = day, day + timedelta(days=1)
    facts = [law.Revocation(first, last, recorded_on=first) for first, last in spans]
    assert replay(facts, PROFILES["in-force"], _DAY).revoked_until == until


def test_a_revocation_may_last_to_the_end_of_the_calendar() -> None:
    facts = [law.Revocation(_DAY, date.max, recorded_on=_DAY)]
    assert replay(facts, PROFILES["in-force"], _DAY).revoked_until == date.max
