"""The block on top of the page: what was found, in plain words and with intervals; what was not served."""

from __future__ import annotations

from sim.report import html, words
from sim.report.results import Results


def headline(results: Results) -> str:
    """Sentences, then the key numbers as a table."""
    said = [*_response(results), *_work(results), *_cover(results)]
    return html.bullets(said) + "\n" + _key_numbers(results)


def _response(results: Results) -> list[str]:
    said = []
    for priority in results.priorities[:1]:
        median = results.estimate("response_min_p50", "priority", priority)
        high = results.estimate("response_min_p90", "priority", priority)
        if not median.known:
            said.append(f"Response at priority {priority} was not measured: nobody came to a call in the measured time.")
            continue
        within = "; ".join(
            f"within {mark:g} min {results.estimate(f'within_{mark:g}_min_share', 'priority', priority).text()}"
            for mark in results.targets_min
        )
        said.append(
            f"Most urgent calls (priority {priority}): where somebody came, half had them within {median.text()} of the call "
            f"and nine in ten within {high.text()}. Of all such calls, whether or not somebody came: {within}."
        )
    median, unserved = results.estimate("response_min_p50"), results.estimate("unserved_share")
    if median.known:
        said.append(f"All calls together: where somebody came, half had them within {median.text()}, nine in ten within "
                    f"{results.estimate('response_min_p90').text()}.")  # fmt: skip
    if unserved.known:
        said.append(f"Nobody ever came to {unserved.text()} of the founded calls; "
                    f"{results.estimate('queued_share').text()} of calls had to wait for a unit.")  # fmt: skip
    on_view = results.estimate("on_view_share")
    if on_view.known:
        said.append(f"Patrols found {on_view.text()} of the incidents that became known; all others were called in.")
    return said


def _work(results: Results) -> list[str]:
    parts = [
        f"{results.tier_label(tier)} {share.text()}"
        for tier in results.tiers
        for share in (results.estimate("utilisation", "tier", tier),)
        if share.known
    ]
    return [f"Time on duty spent on calls, travel and wrap-up included: {'; '.join(parts)}."] if parts else []


def _cover(results: Results) -> list[str]:
    said = []
    cover = results.estimate("cover_share", "purpose", "residents")
    if cover.known:
        said.append(
            f"At a random moment {cover.text()} of residents had an able unit free and within "
            f"{results.readiness_standard_min:g} min; {results.estimate('second_cover_share', 'purpose', 'residents').text()}"
            " had a second one."
        )
    idle = results.estimate("idleness_min")
    if idle.known:
        said.append(f"A street had last been passed by a free unit {idle.text()} ago, on average over street length.")
    return said


def _key_numbers(results: Results) -> str:
    priorities = results.priorities
    rows = []
    for measure, said in (
        ("response_min_p50", "median response"),
        ("response_min_p90", "90th percentile of response"),
        *((f"within_{mark:g}_min_share", f"somebody there within {mark:g} min") for mark in results.targets_min),
        ("capable_min_p50", "median until somebody who can resolve"),
        ("queued_share", "had to wait for a unit"),
        ("unserved_share", "nobody ever came"),
        ("worsened_share", "worsened before somebody held it"),
    ):
        estimates = [results.estimate(measure), *(results.estimate(measure, "priority", p) for p in priorities)]
        rows.append((said, *(estimate.text() for estimate in estimates)))
    called = results.called
    counts = [len(called), *(int((called["priority"] == p).sum()) for p in priorities)] if len(called) else []
    if counts:
        rows.append(("founded calls in all replications", *(f"{count:,}" for count in counts)))
    return html.table(
        "Called incidents; the clock starts when the call is received. In brackets: 95 % interval over replications.",
        ("", "all", *(f"priority {p}" for p in priorities)),
        rows,
    ) + html.paragraph(f"{words.FEW_MARK} {words.FEW}: read with care. “{words.NOT_MEASURED}”: there was nothing to measure.")


def unserved(results: Results) -> str:
    """How every measured incident ended, per day; those that nobody served first."""
    incidents = results.incidents
    if not len(incidents):
        return html.paragraph("No incident began in the measured time.")
    days = max(results.replications, 1) * results.measured_days
    founded = incidents[incidents["founded"]]
    missed = int(founded["outcome"].isin(words.UNSERVED).sum())
    counts = incidents.groupby(["outcome", "priority"]).size().unstack(fill_value=0)
    order = [name for name in (*words.UNSERVED, *words.OUTCOMES) if name in counts.index]
    order = list(dict.fromkeys(order + [name for name in counts.index if name not in words.OUTCOMES]))
    rows = [
        (
            words.OUTCOMES.get(name, str(name).replace("_", " ")),
            "no" if name in words.UNSERVED else "yes",
            words.number(float(counts.loc[name].sum()) / days, 1),
            *(words.number(float(counts.loc[name, priority]) / days, 1) for priority in counts.columns),
        )
        for name in order
    ]
    text = (
        f"Of {len(founded) / days:,.1f} founded incidents a day, called in or not, {missed / days:,.1f} "
        f"({words.percent(missed / max(len(founded), 1))}) were served by nobody in time. None is dropped in silence:"
    )
    return html.paragraph(text) + html.table(
        "How incidents ended, mean a day", ("outcome", "served", "all", *(f"priority {p}" for p in counts.columns)), rows,
        text_columns=2,
    )  # fmt: skip
