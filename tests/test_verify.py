"""``verify``: verdicts, the suite, one case from file to page, and arguments that cannot be used."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from sim.cli import main
from sim.cli.verify import WIDTH, lines, summary
from sim.scenario import Scenario
from sim.verify import Case, Quantity, Verdict, given, verify
from sim.verify.case import SCENARIOS
from sim.verify.cases import KINDS, by_name, comparisons, suite
from sim.verify.judge import alone, bound, estimate, half_digit, is_as_printed, judge, skipped
from sim.verify.run import EXACT, Piece, seed_of, work

PLAIN = Quantity("x", "x")
CASE = Case("made_up", 1, "A case", "Because.", "nobody", (), dict, ("none",))


def verdict(observed, exact=1.0, quantity=PLAIN, family=100):
    return judge(CASE, quantity, exact, observed, family)


# ------------------------------------------------------------------------------------------------- verdicts


def test_estimate_is_mean_and_standard_error():
    found = estimate([1.0, 2.0, 4.0, 5.0])
    assert found.mean == 3.0
    assert found.error == pytest.approx(math.sqrt(10 / 3 / 4))
    assert found.replications == 4


def test_estimate_of_totals_is_that_of_all_values_together():
    """(total, count): 3 of 10 and 1 of 30 are 4 of 40, not the mean of 0.3 and 1/30."""
    assert estimate([(3.0, 10.0), (1.0, 30.0)]).mean == pytest.approx(0.1)
    same = estimate([(value, 1.0) for value in (1.0, 2.0, 4.0, 5.0)])
    assert same == estimate([1.0, 2.0, 4.0, 5.0])


def test_error_of_a_ratio_holds_what_it_promises():
    """Ratios of sums of 5 to 15 values: in 19 of 20 samples the true ratio is within Student's interval."""
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(1000):
        counts = rng.integers(5, 16, size=30)
        found = estimate([(float(rng.exponential(2.0, count).sum()), float(count)) for count in counts])
        inside += abs(found.mean - 2.0) <= 2.045 * found.error
    assert abs(inside - 950) <= 3.3 * math.sqrt(1000 * 0.05 * 0.95) + 5


def test_estimate_of_nothing_is_not_a_number():
    assert math.isnan(estimate([]).mean)
    assert math.isnan(estimate([(0.0, 0.0), (0.0, 0.0)]).mean)
    assert verdict([(0.0, 0.0), (0.0, 0.0)]).verdict is Verdict.DIFFERS


def test_bound_is_students():
    """Tables of t: 4.604 for 4 degrees of freedom at 99 %, two-sided; one of m numbers takes one m-th of the risk."""
    assert bound(5, 1) == pytest.approx(4.604, abs=5e-4)
    assert alone(5) == bound(5, 1)
    assert bound(31, 10) == pytest.approx(3.646, abs=5e-4)  # 99.9 %
    assert bound(30, 200) > bound(30, 100) > bound(300, 100)


def test_one_replication_proves_nothing():
    assert verdict([1.0]).verdict is Verdict.DIFFERS
    assert bound(1, 1) == math.inf


@pytest.mark.parametrize(
    ("printed", "half"), [(".1295337", 5e-8), ("1", 0.5), ("5819", 0.5), ("1.50", 0.005), ("2e-3", 5e-4)]
)
def test_half_a_unit_of_the_last_digit(printed, half):
    assert half_digit(printed) == pytest.approx(half)


def test_printed_values_bind_the_solver():
    assert is_as_printed(2 / 3, ".66667")
    assert not is_as_printed(2 / 3, ".66666")
    quantity = Quantity("x", "x", printed=".66666")
    assert judge(CASE, quantity, 2 / 3, None, 100).verdict is Verdict.MISPRINT
    assert verdict([0.66, 0.67, 0.668], 2 / 3, quantity).verdict is Verdict.MISPRINT


def test_near_is_agreement_and_far_is_not():
    sample = list(1.0 + 0.01 * np.random.default_rng(2).standard_normal(30))
    assert verdict(sample).verdict is Verdict.AGREES
    assert verdict(sample, exact=1.02).verdict is Verdict.DIFFERS
    assert abs(verdict(sample, exact=1.02).z) > verdict(sample, exact=1.02).bound


def test_without_chance_only_rounding_is_excused():
    assert verdict([2.0, 2.0], 2.0).verdict is Verdict.AGREES
    assert verdict([2.0, 2.0], 2.0 + 1e-6).verdict is Verdict.DIFFERS
    assert verdict([2.0, 2.0], 2.0 + 1e-6, Quantity("x", "x", blur=2e-6)).verdict is Verdict.AGREES


def test_a_sign_has_to_be_resolved_or_not():
    rng = np.random.default_rng(3)
    clear, blurred = list(1 + rng.standard_normal(60)), list(1 + 20 * rng.standard_normal(60))
    wanted, unwanted = Quantity("x", "x", sign=True), Quantity("x", "x", sign=False)
    assert verdict(clear, 1.0, wanted).verdict is Verdict.AGREES
    assert verdict(clear, 1.0, unwanted).verdict is Verdict.DIFFERS
    assert verdict(blurred, 1.0, wanted).verdict is Verdict.DIFFERS
    assert verdict(blurred, 1.0, unwanted).verdict is Verdict.AGREES


def test_skipped_is_shown_and_no_pass():
    one = skipped(CASE, Quantity("x", "a number"), "no data")
    assert one.verdict is Verdict.SKIPPED
    assert "0 of 1 comparisons agree; 1 skipped (no data)" in summary([one])
    assert any("skipped" in line for line in lines([one]))


# ------------------------------------------------------------------------------------------------- the suite


def test_every_kind_has_a_case():
    assert {case.kind for case in suite()} == set(KINDS) == set(range(1, 24))


def test_names_are_unique_and_every_file_is_used():
    names = [case.name for case in suite()]
    assert len(set(names)) == len(names)
    used = {name for case in suite() for name in case.scenarios}
    written = {path.stem for path in SCENARIOS.glob("*.toml")}
    assert used <= written
    assert {name for name in written - used if not name.startswith("base_")} == set()


def test_cases_say_why_in_one_sentence():
    for case in suite():
        assert case.why.endswith(".")
        assert case.why.count(". ") == 0, case.why
        assert case.source
        assert case.quantities


def test_the_family_is_all_simulated_numbers():
    assert comparisons() == sum(len(case.quantities) for case in suite() if case.scenarios)
    assert comparisons() > 150


@pytest.mark.parametrize("case", suite(), ids=lambda case: case.name)
def test_theory_says_something_of_every_number(case):
    """Finite, under the names of the case's quantities, and to the last digit what the source prints."""
    if case.missing is not None and case.missing():
        pytest.skip(case.missing())
    exact = work(Piece(case.name, 1, EXACT))
    assert set(exact) >= {quantity.name for quantity in case.quantities}
    for quantity in case.quantities:
        assert math.isfinite(exact[quantity.name])
        assert not quantity.printed or is_as_printed(exact[quantity.name], quantity.printed), quantity.label


@pytest.mark.parametrize(
    ("name", "exact"),
    [
        ("base_streets", 1), ("streets_2_by_2", Fraction(5, 3)), ("streets_3_by_3", Fraction(7, 3)),
        ("streets_5_by_5", Fraction(11, 3)), ("streets_10_by_10", 7), ("streets_2_by_1", Fraction(65, 49)),
        ("streets_5_by_3", Fraction(3248, 1083)), ("streets_20_by_5", Fraction(5849, 675)),
    ],
)  # fmt: skip
def test_streets_are_as_the_titles_say(name, exact):
    assert work(Piece(name, 1, EXACT))["blocks"] == pytest.approx(float(exact), rel=1e-12)
    assert by_name(name).title.endswith(f": {exact}")


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.toml")), ids=lambda path: path.stem)
def test_scenarios_can_be_simulated(path, capsys):
    assert main(["check", str(path)]) == 0, capsys.readouterr().err
    spec = Scenario.load(path).spec
    assert spec.title
    assert spec.question
    assert spec.sources


def test_rates_are_read_and_not_typed_again():
    path = SCENARIOS / "erlang_c_eight.toml"
    spec = Scenario.load(path).spec
    assert (given.arrival(spec), given.service(spec), given.units(spec)) == pytest.approx((12, 2, 8))
    busier = Scenario.load(path, ["world.demand.scale=1.25"]).spec
    assert given.arrival(busier) == pytest.approx(15)
    case = by_name("erlang_c_eight")
    assert case.exact(busier)["delayed"] > case.exact(spec)["delayed"]


def test_cases_do_not_share_days():
    assert len({seed_of(case, 1) for case in suite()}) == len(suite())
    assert seed_of(suite()[0], 1) != seed_of(suite()[0], 2)


# ------------------------------------------------------------------------------------------------- from file to page


def test_verdicts_do_not_depend_on_workers():
    cases = [replace(by_name(name), quick=4) for name in ("two_lengths_overload", "third_nearest", "larson_factors")]
    alone_, together = (verify(cases, quick=True, seed=7, workers=workers) for workers in (1, 3))
    assert alone_ == together
    assert verify(cases[:1], quick=True, seed=8, workers=1)[0].estimate != alone_[0].estimate


def test_one_case_from_scenario_to_page(tmp_path, capsys):
    out = tmp_path / "made" / "for it"
    command = ["verify", "--quick", "--only", "acceleration", "larson_factors", "--workers", "1", "--out", str(out)]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "6 of 6 comparisons agree" in said
    assert all(len(line) <= WIDTH for line in said.splitlines() if str(tmp_path) not in line)
    with (out / "verification.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["case"] for row in rows] == ["larson_factors"] * 3 + ["acceleration"] * 3
    assert [float(row["simulated"]) for row in rows[3:]] == [1, 3.25, 5.25]
    assert {row["verdict"] for row in rows} == {"agrees"}
    page = (out / "verification.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert by_name("acceleration").why in page.replace("\u00a0", " ")
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "src=" not in page
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert main(command) == 0  # over what is there, byte for byte
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_difference_is_told_and_fails(tmp_path, capsys, monkeypatch):
    """The program is right, so the case is made wrong: it says that ways take a tenth longer."""
    case = by_name("acceleration")
    wrong = replace(case, exact=lambda spec: {name: 1.1 * time for name, time in case.exact(spec).items()})
    monkeypatch.setattr("sim.verify.cases.by_name", {"acceleration": wrong}.__getitem__)
    assert main(["verify", "--quick", "--only", "acceleration", "--workers", "1", "--out", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "NOT: acceleration" in said
    assert "SOLVER DIFFERS" in said  # for the source prints the times
    assert "SOLVER DIFFERS" in (tmp_path / "verification.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "erlang_c_tan"], 'is no case; allowed: "two_units_half"'),
        (["--only", "erlang_c_tan"], 'did you mean "erlang_c_ten"?'),
        (["--only"], "expected at least one argument"),
        (["--only", "erlang_c_ten", "--workers", "0"], "no whole number from 1 to 1024"),
        (["--seed", "-1"], "no whole number from 0"),
        (["--quik"], 'did you mean "--quick"?'),
        (["--only", "acceleration", "--out", "taken"], "cannot be written"),
        (["--only", "acceleration", "--out", ""], "cannot be written"),
    ],
)
def test_arguments_that_cannot_be_used(arguments, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    assert main(["verify", "--quick", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "a file"
