"""The forecast: it learns what is true, knows what it does not know, loses no cent, and its dice stay where they are."""

from dataclasses import replace

import numpy as np
import pytest

from matching.plan.forecast.advice import worth_of_measures
from matching.plan.forecast.bands import band_of, line_outlooks
from matching.plan.forecast.demand import Arrivals, fit_demand
from matching.plan.forecast.expected_use import OpenPart, UseTable, most_beyond
from matching.plan.forecast.paths import Foreseen, look_ahead, run
from matching.plan.forecast.redemption import AGES, UseDraws, fit_redemption
from matching.plan.forecast.seen import AskedFor, Ended, History, LineNow, OpenVoucher, Position, VoucherSeen

PATHS = 200


def seen(
    number: int, *, chance: float = 0.05, never: float = 0.2, valid: int = 26, over: int = 60
) -> list[VoucherSeen]:
    """Vouchers of `over` weeks of which one in five is never used and the others at a constant chance per week."""
    rng, found = np.random.default_rng(number), []
    for at in range(number):
        week = -1 - at % over
        after = 10**6 if rng.random() < never else int(rng.geometric(chance)) - 1
        end = min(after, valid)
        if week + end >= 0:
            found.append(VoucherSeen("a", week, 100_000, -week, Ended.OPEN, 0, valid))
        elif after < valid:
            found.append(VoucherSeen("a", week, 100_000, after, Ended.USED, 80_000, valid))
        else:
            found.append(VoucherSeen("a", week, 100_000, valid, Ended.LAPSED, 0, valid))
    return found


def asked(segments: tuple[str, ...], *, weeks: int, per_week: int = 3, cents: int = 100_000) -> tuple[AskedFor, ...]:
    return tuple(
        AskedFor(name, -1 - week, cents) for name in segments for week in range(weeks) for _ in range(per_week)
    )


def draws_of(vouchers: list[VoucherSeen], segments: tuple[str, ...] = ("a",)) -> UseDraws:
    return fit_redemption(vouchers, segments=segments).draws(seed=3, paths=PATHS)


def a_history(segments: tuple[str, ...] = ("a",)) -> History:
    return History(segments, 30, asked(segments, weeks=30), tuple(seen(90)))


def a_position(money: int = 8_000_000) -> Position:
    lines = (LineNow("own", money, 500_000, 200_000, 11), LineNow("all", money // 2, 0, 0, 30, ((4, 1_000_000),)))
    still = tuple(OpenVoucher("a", age, 26, (("own", 60_000), ("all", 40_000))) for age in (0, 5, 25))
    return Position(lines, still, {"a": ("own", "all"), "b": ("all",)}, {"a": 26})


def test_use_is_learned_from_vouchers_that_are_still_open_too() -> None:
    true = 0.8 * (1 - 0.95**26)
    found = draws_of(seen(3_000)).still_used(26)[:, 0, 0]
    low, high = np.quantile(found, (0.02, 0.98))
    assert low < true < high, "an open voucher is not counted as one that is not used"
    naive = np.mean([one.ended is Ended.USED for one in seen(3_000)])
    assert naive < low, "the control: the plain share of what was used says too little"


def test_what_was_not_seen_makes_the_band_wide() -> None:
    spread = {
        n: float(np.ptp(np.quantile(draws_of(seen(n)).still_used(26)[:, 0, 0], (0.05, 0.95)))) for n in (0, 20, 2_000)
    }
    assert spread[0] > spread[20] > 2 * spread[2_000], spread
    assert spread[20] > 0.2, "twenty vouchers say little, and it says so"


def test_a_segment_without_vouchers_is_taken_to_be_like_the_others() -> None:
    both = draws_of(seen(2_000), ("a", "b")).still_used(26)[:, :, 0]
    assert abs(float(np.median(both[:, 1]) - np.median(both[:, 0]))) < 0.15
    assert np.std(both[:, 1]) > np.std(both[:, 0]), "and it is less certain"


def test_an_older_voucher_is_less_likely_to_be_used() -> None:
    later = draws_of(seen(2_000)).still_used(26)[:, 0].mean(axis=0)
    assert (np.diff(later[:24]) < 0.02).all() and later[20] < later[0] - 0.2


def test_the_ends_that_are_drawn_follow_the_chances() -> None:
    draws = draws_of(seen(500))
    size, rng = 40_000, np.random.default_rng(1)
    path = rng.integers(0, PATHS, size)
    zeros = np.zeros(size, np.int64)
    end, share = draws.ends(path, zeros, zeros + 4, zeros + 26, dice_of=rng.random((size, 4)))
    assert end.min() >= 4 and end.max() == 26 and set(np.flatnonzero(share)) <= set(np.flatnonzero(end < 26))
    assert abs(float((share > 0).mean()) - float(draws.still_used(26)[:, 0, 4].mean())) < 0.01
    assert (draws.ends(path, zeros, zeros + AGES, zeros + 26, dice_of=rng.random((size, 4)))[1] == 0).all()


def test_demand_is_learned_with_its_season_and_how_it_scatters() -> None:
    rng = np.random.default_rng(5)
    busy = [
        AskedFor("a", -week, 50_000)
        for week in range(1, 105)
        for _ in range(rng.poisson(6 + 4 * np.cos(week * np.pi / 26)))
    ]
    demand = fit_demand(busy, segments=("a",), weeks=104)
    rates, _ = demand.rates(seed=1, paths=PATHS, weeks=52)
    middle = np.median(rates[:, 0], axis=0)
    assert middle[:5].mean() > 1.8 * middle[24:30].mean(), "half a year from a busy time is a quiet one"
    few = fit_demand(busy[:20], segments=("a",), weeks=4)
    wide = [np.quantile(one.rates(seed=1, paths=PATHS, weeks=20)[0][:, 0, 10], (0.05, 0.95)) for one in (few, demand)]
    assert wide[0][1] / wide[0][0] > 1.3 * wide[1][1] / wide[1][0]


def test_weeks_in_which_nobody_could_ask_say_nothing_about_demand() -> None:
    some = [AskedFor("a", -1 - week, 50_000) for week in range(20, 40) for _ in range(5)]
    shut = frozenset(("a", -1 - week) for week in range(20))
    asked_now = [
        np.median(fit_demand(some, segments=("a",), weeks=40, closed=closed).rates(seed=1, paths=PATHS, weeks=4)[0])
        for closed in (shut, frozenset())
    ]
    assert asked_now[0] > 3 > asked_now[1]


def test_no_cent_is_lost_and_none_is_promised_that_is_not_there() -> None:
    position = a_position()
    found = look_ahead(a_history(), position, seed=2, weeks=20, paths=PATHS).paths
    money = np.array([8_000_000, 4_000_000])
    whole = found.used + found.reserved + found.left
    assert (whole[:, 0] == money).all() and (whole[:, 20] == money + np.array([0, 1_000_000])).all()
    assert min(found.left.min(), found.reserved.min()) >= 0
    assert (np.diff(found.used, axis=1) >= 0).all() and (found.paid <= found.used).all()
    assert (found.left[:, 13:, 0] >= found.left[:, 12:-1, 0]).all(), "after its last week nothing is promised of a line"
    assert (np.diff(found.left[:, :12, 0], axis=1) < 0).any()


def test_the_same_dice_give_the_same_and_a_change_moves_only_what_it_changes() -> None:
    one, same = (look_ahead(a_history(("a", "b")), a_position(), seed=9, weeks=12, paths=50) for _ in range(2))
    assert (one.paths.used == same.paths.used).all() and (one.arrivals.u == same.arrivals.u).all()
    other = look_ahead(a_history(("a", "b")), a_position(), seed=10, weeks=12, paths=50)
    assert (one.paths.used != other.paths.used).any(), "the control: other dice, another path"
    more = run(a_position(16_000_000), one.arrivals, one.draws, seed=9)
    assert (more.served_cents >= one.paths.served_cents).all(), "with more money nobody gets less"
    cheaper = replace(one.arrivals, cents=one.arrivals.cents // 2)
    assert isinstance(cheaper, Arrivals) and (cheaper.u == one.arrivals.u).all()
    assert len(one.arrivals.only(one.arrivals.segment == 0)) == int((one.arrivals.segment == 0).sum())
    with pytest.raises(ValueError, match="same paths"):
        run(a_position(), one.arrivals, draws_of(seen(20), ("a", "b")), seed=9)


def test_who_asks_first_is_served_first_and_the_next_line_pays_what_is_short() -> None:
    lines = (LineNow("first", 150_000), LineNow("second", 40_000))
    position = Position(lines, (), {"a": ("first", "second")}, {})
    arrivals = Arrivals(
        ("a",),
        1,
        2,
        np.zeros(3, np.int64),
        np.array([0, 0, 1]),
        np.zeros(3, np.int64),
        np.array([100_000, 100_000, 50_000]),
        np.full((3, 4), 0.99999),
    )
    never = fit_redemption([], segments=("a",)).draws(seed=1, paths=1)
    found = run(position, arrivals, never, seed=1)
    assert found.served_cents.tolist() == [100_000, 90_000, 0]
    assert found.short_week.tolist() == [[0, 0]] and found.reserved[0, 2].tolist() == [150_000, 40_000]


def test_bands_say_what_the_paths_say() -> None:
    found: Foreseen = look_ahead(a_history(), a_position(3_000_000), seed=4, weeks=16, paths=PATHS)
    own, whole = line_outlooks(found.paths, a_position(3_000_000), at_week={"own": 12})
    assert own.week == 12 and whole.week == 16
    assert own.used == band_of(found.paths.used[:, 12, 0]) and own.used.low90 <= own.used.middle <= own.used.high90
    assert own.used.holds(own.used.middle, 50) and not own.used.holds(own.used.high90 + 1)
    assert own.runs_out_permille > 500 and own.runs_out is not None and own.runs_out.middle < 12
    assert len(own.lapses_by_month) == 3


def test_more_may_be_promised_the_older_the_vouchers_are_and_never_above_the_limit() -> None:
    table, new = UseTable(draws_of(seen(2_000)), [26]), OpenPart("a", 0, 26, 100_000)
    young, old = ([OpenPart("a", age, 26, 100_000)] * 60 for age in (0, 20))
    found = [most_beyond(one, table, left_cents=6_000_000, next_one=new) for one in (young, old)]
    assert 0 < found[0].beyond_cents < found[1].beyond_cents and not found[1].braked
    strict = most_beyond(old, table, left_cents=6_000_000, next_one=new, limit_permille=1)
    assert 0 < strict.beyond_cents < found[1].beyond_cents
    after = [*old, *[new] * (found[1].beyond_cents // 100_000)]
    again = most_beyond(after, table, left_cents=6_000_000, next_one=new)
    assert again.chance_permille <= 10 and again.exposure_cents == len(after) * 100_000 - 6_000_000
    assert most_beyond(old, table, left_cents=6_000_000, next_one=new, most_cents=100_000).beyond_cents == 100_000


def test_the_brake_holds_by_itself_when_more_is_used_than_was_thought() -> None:
    table, new = UseTable(draws_of(seen(2_000)), [26]), OpenPart("a", 0, 26, 100_000)
    found = most_beyond([new] * 60, table, left_cents=3_000_000, next_one=new)
    assert found.braked and found.beyond_cents == 0 and found.chance_permille > 10
    enough = most_beyond([new] * 60, table, left_cents=6_000_000, next_one=new)
    assert not enough.braked and enough.chance_permille == 0, "what is reserved in full cannot be overspent"
    with pytest.raises(ValueError, match="chance"):
        most_beyond([], table, left_cents=1, next_one=new, limit_permille=0)


def test_a_measure_is_worth_what_the_same_dice_say_with_it() -> None:
    position = a_position(3_000_000)
    found = look_ahead(a_history(), position, seed=4, weeks=30, paths=100)
    worth = worth_of_measures(found, position, seed=4, weeks=30, at_week={"own": 12}, paths=100)
    assert worth.remind_cents > 0 and worth.give_back_cents >= 0, (
        "where money is short, what comes back is used by others"
    )
    plain, more = found.draws, found.draws.reminded({"a": 26}, weeks=8, more=0.25)
    assert (more.still_used(26)[:, 0, 0] > plain.still_used(26)[:, 0, 0]).all()
    assert np.allclose(plain.reminded({"a": 26}, weeks=8, more=0.0).cdf, plain.cdf), (
        "the control: nothing more is nothing"
    )


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="at most its amount"):
        VoucherSeen("a", -3, 100, 1, Ended.USED, 101)
    with pytest.raises(ValueError, match="after the data day"):
        VoucherSeen("a", -3, 100, 4, Ended.OPEN)
    with pytest.raises(ValueError, match="at least one segment"):
        fit_demand([], segments=(), weeks=4)
    with pytest.raises(KeyError):
        fit_redemption(seen(1), segments=("b",))
