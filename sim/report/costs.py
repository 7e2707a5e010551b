"""What the forces cost, by tier, and what that comes to for what they did."""

from __future__ import annotations

from sim.report import html, words
from sim.report.results import Estimate, Results

_COLUMNS = (
    ("people on the books", "heads_n"),
    ("person-hours a day", "person_h_per_day"),
    ("pay, yuan a day", "paid_yuan_per_day"),
    ("of it for overtime", "overtime_yuan_per_day"),
    ("shadow price, yuan a day", "shadow_yuan_per_day"),
)


def costs(results: Results) -> str:
    """Sentences, then a table by tier."""
    cost = results.estimate("cost_yuan_per_day")
    if not cost.known:
        return html.paragraph("Cost was not measured.")
    if not cost.mean:
        return html.paragraph("No tier has a price in this scenario, so that hours are all that is known.") + _table(
            results
        )
    cleared, point = results.estimate("cost_per_cleared_yuan"), results.estimate("cost_per_point_yuan_per_day")
    shadow, overtime = results.estimate("shadow_yuan_per_day"), results.estimate("overtime_yuan_per_day")
    said = [f"The forces cost {cost.text()}" + (f", {_money(shadow)} of it volunteers' time" if shadow.mean else "")]
    said[0] += f"; overtime is {_money(overtime)} of the pay." if overtime.known else "."
    if cleared.known:
        said.append(f"That is {cleared.text()} for each incident that units resolved.")
    if point.known:
        said.append(
            f"It is {point.text()} for each percent of the most urgent calls that had somebody within 5 min: an "
            "average, and not what one percent more would cost."
        )
    return html.bullets(said) + _table(results)


def _money(estimate: Estimate) -> str:
    return words.quantity(estimate.mean, estimate.unit)


def _table(results: Results) -> str:
    groups = [(results.tier_label(tier), "tier", tier) for tier in results.tiers]
    rows = [
        (label, *(words.number(results.estimate(measure, by, member).mean, 0) for _, measure in _COLUMNS))
        for label, by, member in (*groups, ("all", "all", ""))
    ]
    caption = (
        "Hours on duty within the measured time, overtime included, scaled to a day. A shadow price is what an hour of "
        "a volunteer counts as; nobody pays it."
    )
    return html.table(caption, ("tier", *(said for said, _ in _COLUMNS)), rows)
