"""The block on top of the page: what was found, in plain words and with intervals; and what was not served."""

from __future__ import annotations

from sim.report import html, words
from sim.report.results import Estimate, Results

BACKLOG = "backlog_growth_per_h"


def headline(results: Results) -> str:
    """Warnings, sentences, then the key numbers as a table."""
    warnings = "".join(html.warning(str(said)) for said in results.provenance.get("warnings", ()))
    said = [*_response(results), *_work(results), *_cover(results)]
    notes = [str(note) for note in results.provenance.get("notes", ())]
    if not said:
        return warnings + html.paragraph("Nothing was measured.") + "".join(map(html.paragraph, notes))
    intervals = f"In brackets: 95 % intervals over {words.plural(results.replications, 'replication')}."
    lead = html.paragraph(intervals) if results.replications > 1 else ""
    return warnings + lead + html.bullets(said) + "".join(map(html.paragraph, notes)) + _key_numbers(results)


def _response(results: Results) -> list[str]:
    said = []
    for priority in results.priorities[:1]:
        median = results.estimate("response_min_p50", "priority", priority)
        if median.known:
            high = results.estimate("response_min_p90", "priority", priority)
            said.append(
                f"Most urgent calls (priority {priority}): where somebody came, half had them within {median.text()} "
                f"of the call and nine in ten within {high.text()}. Of all such calls, whether or not somebody came: "
                + "; ".join(
                    f"{results.estimate(f'within_{mark:g}_min_share', 'priority', priority).text()} within {mark:g} min"
                    for mark in results.targets_min
                )
                + "."
            )
        else:
            said.append(f"Response at priority {priority} was not measured: nobody came to a call.")
    median, high = results.estimate("response_min_p50"), results.estimate("response_min_p90")
    if median.known:
        said.append(f"All calls: where somebody came, half within {median.text()}, nine in ten within {high.text()}.")
    unserved, queued = results.estimate("unserved_share"), results.estimate("queued_share")
    if unserved.known:
        said.append(
            f"Nobody ever came to {unserved.text()} of the founded calls; {queued.text()} had to wait for a unit."
        )
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
        second = results.estimate("second_cover_share", "purpose", "residents")
        said.append(
            f"At a random moment {cover.text()} of residents had a free and able unit within "
            f"{results.cover_standard_min:g} min; {second.text()} had a second one."
        )
    idle = results.estimate("idleness_min")
    if idle.known:
        said.append(f"At a random moment a street had last been passed by a free unit {idle.text()} ago, on average.")
    return said


def _key_numbers(results: Results) -> str:
    groups = [("all", ""), *(("priority", priority) for priority in results.priorities)]
    rows = [
        (said, *(results.estimate(measure, *group).text() for group in groups))
        for measure, said in (
            ("response_min_p50", "median response"),
            ("response_min_p90", "90th percentile of response"),
            *((f"within_{mark:g}_min_share", f"somebody there within {mark:g} min") for mark in results.targets_min),
            ("capable_min_p50", "median until somebody who can resolve"),
            ("queued_share", "had to wait for a unit"),
            ("unserved_share", "nobody ever came"),
            ("worsened_share", "worsened at least once"),
        )
    ]
    rows.append(("growth of the backlog of calls", *(_growth(results.estimate(BACKLOG, *group)) for group in groups)))
    rows.append(("founded calls in all replications", *(f"{results.calls(*group):,}" for group in groups)))
    caption = (
        "Calls about founded incidents; the clock starts when the call is received. Median and 90th percentile of "
        "those to which somebody came, shares of all. Backlog: calls received and not closed, unfounded too."
    )
    marks = (
        f"{words.FEW_MARK} {words.FEW}: read with care. No brackets: too few calls or replications for an interval. "
        f"“{words.NOT_MEASURED}”: there was nothing to measure."
    )
    columns = ("", "all", *(f"priority {priority}" for priority in results.priorities))
    return html.table(caption, columns, rows) + html.paragraph(marks)


def _growth(backlog: Estimate) -> str:
    """Its mark is overload and not, as of others, how few incidents it rests on."""
    return backlog._replace(marked=False).text() + (", overload" if backlog.marked else "")


def unserved(results: Results) -> str:
    """How incidents ended, a day; first those that nobody served. Found by a patrol or not, called in or not."""
    days = results.measured_days
    groups = [("all", ""), *(("priority", priority) for priority in results.priorities)]
    ends = {name: [results.estimate(f"{name}_n", *group).mean / days for group in groups] for name in words.OUTCOMES}
    happened = {name: counts for name, counts in ends.items() if counts[0] > 0}
    began = results.estimate("incidents_n").mean / days
    if not happened or not began > 0:
        return html.paragraph("No incident began in the measured time.")
    missed = sum(happened[name][0] for name in words.UNSERVED if name in happened)
    order = [name for name in (*words.UNSERVED, *words.OUTCOMES) if name in happened]
    rows = [
        (
            words.OUTCOMES[name],
            "" if name == "deterred" else "no" if name in words.UNSERVED else "yes",
            *(words.number(0.0 if count != count else count, 1) for count in happened[name]),
        )
        for name in dict.fromkeys(order)
    ]
    text = (
        f"Of {words.number(began, 1)} incidents a day, called in or not, {words.number(missed, 1)} "
        f"({words.percent(missed / began)}) were served by nobody in time. None is dropped in silence:"
    )
    columns = ("outcome", "served", "all", *(f"priority {priority}" for priority in results.priorities))
    return html.paragraph(text) + html.table("How incidents ended, mean a day", columns, rows, text_columns=2)
