"""How evenly sectors are served, beside what chance alone would show; and how response is at changes of shift."""

from __future__ import annotations

from sim.report import html, words
from sim.report.results import Estimate, Results

_GINI = (
    ("response", "residents", "response_per_resident"),
    ("response", "people there", "response_per_ambient"),
    ("response", "incidents", "response_per_incident"),
    ("presence of patrols", "residents", "presence_per_resident"),
    ("presence of patrols", "people there", "presence_per_ambient"),
    ("presence of patrols", "incidents", "presence_per_incident"),
    ("checks", "people there", "checks_per_ambient"),
)
_WORST = {
    "response_per_incident": ("response", "slowest"),
    "presence_per_resident": ("presence_per_resident", "least"),
    "presence_per_ambient": ("presence_per_ambient", "least"),
    "presence_per_incident": ("presence_per_incident", "least"),
    "checks_per_ambient": ("checks_per_ambient", "most"),
}


def evenness(results: Results) -> str:
    """A sentence for what stands out, then Gini coefficients and worst sectors, each beside its chance value."""
    rows = [
        _row(results, f"{what}, over {whom}", stem)
        for what, whom, stem in _GINI
        if results.estimate(f"{stem}_gini").known
    ]
    if not rows:
        return html.paragraph("There are no sectors to compare.")
    far = results.estimate("far_residents_share")
    said = [
        "Gini coefficient: 0 where all sectors have the same for each head, close to 1 where one has all. Sectors that "
        "are served alike also differ by chance; what is not clearly above the chance value says nothing about them.",
        _beyond_chance(results),
    ]
    if far.known:
        said.append(
            f"{words.percent(far.mean)} of residents live in a sector where the expected arrival is more than twice "
            "that of the median resident."
        )
    caption = "Over sectors, all replications together. Worst: over the district as a whole; 1.00 is as the district."
    columns = ("what", "Gini coefficient", "by chance", "worst sector", "by chance")
    return html.bullets(said) + html.table(caption, columns, rows)


def _row(results: Results, said: str, stem: str) -> tuple[str, ...]:
    worst, how = _WORST.get(stem, ("", ""))
    shown, chance = (results.estimate(f"{worst}_{kind}worst_ratio") for kind in ("", "chance_"))
    return (
        said,
        _two(results.estimate(f"{stem}_gini")),
        _two(results.estimate(f"{stem}_chance_gini")),
        f"{_two(shown)}, {how}" if worst else "",
        _two(chance) if worst else "",
    )


def _two(estimate: Estimate) -> str:
    """With two decimals; coefficients and ratios are compared with each other."""
    if not estimate.known:
        return words.NOT_MEASURED
    text = words.number(estimate.mean, 2)
    if estimate.low == estimate.low and estimate.high == estimate.high:
        text += f" ({words.number(estimate.low, 2)} to {words.number(estimate.high, 2)})"
    return text


def _beyond_chance(results: Results) -> str:
    """What is unequal beyond chance: where the whole interval lies above the chance value."""
    if results.replications < 2:
        return "With one replication there is no chance value to compare with."
    clear: dict[str, list[str]] = {}
    for what, whom, stem in _GINI:
        if results.estimate(f"{stem}_gini").low > results.estimate(f"{stem}_chance_gini").mean:
            clear.setdefault(what, []).append(whom)
    listed = "; ".join(f"{what} (over {', '.join(whom)})" for what, whom in clear.items())
    return f"Unequal beyond chance: {listed}." if listed else "Nothing here is unequal beyond chance."


def shift_changes(results: Results) -> str:
    """Response during changes of shift and outside them, and what is open then."""
    during = results.estimate("within_5_min_share", "changeover", "during")
    if not during.known:
        return html.paragraph("No tier changes shift, or no call came about a change.")
    window = float(results.scenario.get("policy", {}).get("changeover_window_min", 30))
    rows = [
        (said, *(results.estimate(measure, "changeover", member).text() for member in ("during", "outside")))
        for measure, said in (
            ("response_min_p50", "median response"),
            ("response_min_p90", "90th percentile of response"),
            ("within_5_min_share", "somebody there within 5 min"),
            ("queued_share", "had to wait for a unit"),
            ("unserved_share", "nobody ever came"),
        )
    ]
    opened, late = results.estimate("open_at_changeover_n"), results.estimate("late_spells_share")
    said = []
    if opened.known:
        said.append(f"At a change of shift {opened.text()} incidents were in the hands of the tier that changed.")
    if late.known:
        said.append(f"{late.text()} of the spells of duty ended with an incident still in hand.")
    caption = (
        f"Calls received at most {window:g} min before or after a change of shift of the tier that served them (at "
        "least a tenth of those on duty go home), and all others."
    )
    return html.bullets(said) + html.table(caption, ("", "during changes", "outside"), rows)
