"""The page of ``run.py verify``: every case with its verdict, and in one sentence why a planner should care."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from sim.report import html, style, words
from sim.report.figures.drawing import Drawing
from sim.report.figures.theory import curves, overview
from sim.report.page import document
from sim.scenario import Scenario
from sim.verify import FAILURES, Case, Comparison, Verdict
from sim.verify.cases import KINDS
from sim.verify.judge import FAMILY_RISK
from sim.verify.run import seed_of
from sim.verify.table import shown, write_text

TITLE = "Verification: cases whose answers are known"
_COLUMNS = ("number", "verdict", "printed", "exact", "simulated", "±", "z", "allowed")
_SOLVER_COLUMNS = 4  #: so many of them where nothing is simulated


def write_page(path: Path, comparisons: Sequence[Comparison], quick: bool, seed: int) -> None:
    """Write the page, complete or not at all. Equal comparisons give equal bytes."""
    with style.house_style():
        sections = [
            ("summary", "What was found", _found(comparisons) + _figure(overview(comparisons))),
            *_kinds(comparisons, seed),
            ("judged", "How it is judged", _judged()),
            ("again", "How to get the same numbers", _again(quick, seed)),
        ]
    lead = (
        f'<h1>{escape(TITLE)}</h1>\n<p class="lead">The simulator runs cases whose answers queueing theory and '
        "geometry know, through ordinary scenario files and the ordinary engine; its numbers are held to theirs.</p>"
        + html.paragraph(f"{'Quick' if quick else 'Full'} run; seed {seed}.")
    )
    write_text(path, document(TITLE, lead, sections))


def _found(comparisons: Sequence[Comparison]) -> str:
    failed = [one for one in comparisons if one.verdict in FAILURES]
    skipped = [one for one in comparisons if one.verdict is Verdict.SKIPPED]
    simulated = sum(one.estimate is not None for one in comparisons)
    solvers = len(comparisons) - simulated - len(skipped)
    cases = len({one.case.name for one in comparisons if one.estimate})
    said = [
        f"{words.plural(simulated, 'number')} of {words.plural(cases, 'case')} "
        f"simulated and compared; {words.plural(solvers, 'value')} of solvers compared with what sources print.",
        "All agree." if not failed else f"{words.plural(len(failed), 'comparison')} failed:",
    ]
    parts = [html.paragraph(" ".join(said))]
    if failed:
        parts.append(html.bullets(f"{one.case.name}: {one.quantity.label}" for one in failed))
    if skipped:
        reasons = "; ".join(dict.fromkeys(one.note for one in skipped))
        parts.append(html.paragraph(f"{words.plural(len(skipped), 'value')} skipped, which is no pass: {reasons}."))
    return "\n".join(parts)


def _kinds(comparisons: Sequence[Comparison], seed: int) -> Iterator[tuple[str, str, str]]:
    for kind, group in groupby(comparisons, key=lambda one: one.case.kind):
        members = list(group)
        parts = [_kind_figure(kind, members)]
        for _, numbers in groupby(members, key=lambda one: one.case.name):
            parts.append(_case(list(numbers), seed))
        yield f"kind-{kind}", f"{kind}. {KINDS[kind]}", "\n".join(part for part in parts if part)


def _kind_figure(kind: int, members: Sequence[Comparison]) -> str:
    """Theory's curves of the kind with its points; nothing where no case draws one."""
    cases = list({one.case.name: one.case for one in members}.values())
    drawn = [case.curve(*(Scenario.load(file).spec for file in case.files())) for case in cases if case.curve]
    if not drawn:
        return ""
    points = [one for one in members if one.quantity.x is not None]
    return _figure(curves(f"curve-{kind}", KINDS[kind], drawn, points))


def _case(numbers: Sequence[Comparison], seed: int) -> str:
    case = numbers[0].case
    rows = [
        (
            one.quantity.label,
            one.verdict.value + (f", {one.note}" if one.note else ""),
            one.quantity.printed,
            shown(one.exact),
            shown(one.estimate.mean) if one.estimate else "",
            f"{one.reach:.2g}" if one.estimate else "",
            f"{one.z:.2f}" if one.estimate else "",
            f"{one.bound:.2f}" if one.estimate and math.isfinite(one.bound) else "",
        )
        for one in numbers
    ]
    return (
        f'<h3 id="case-{escape(case.name)}">{escape(case.title)}</h3>\n'
        f"<p>{html.words(case.why)}</p>\n"
        f'<p class="caption">{html.words(_origin(case, numbers[0], seed))}</p>\n' + _table(case, rows)
    )


def _table(case: Case, rows: Sequence[tuple[str, ...]]) -> str:
    if case.scenarios:
        return html.table(f"{case.name}: simulated against exact", _COLUMNS, rows, text_columns=2)
    short = [row[:_SOLVER_COLUMNS] for row in rows]
    return html.table(f"{case.name}: solver against print", _COLUMNS[:_SOLVER_COLUMNS], short, text_columns=2)


def _origin(case: Case, one: Comparison, seed: int) -> str:
    said = [f"{case.name}. Source: {case.source}."]
    if case.scenarios:
        files = ", ".join(f"scenarios/theory/{name}.toml" for name in case.scenarios)
        said.append(f"Scenario: {files}.")
    if one.estimate:
        said.append(f"{words.plural(one.estimate.replications, 'replication')} of seed {seed_of(case, seed)}.")
    return " ".join(said)


def _judged() -> str:
    return html.bullets(
        (
            "Exact values come from closed forms and small solvers that read the same scenario file and share no code "
            "with the simulator; where the source prints a value, the solver has to agree to its last digit.",
            "z is the difference in standard errors over replications. Allowed is the two-sided Student bound at which "
            f"{FAMILY_RISK:.0%} of suites without a fault would have any number outside it (Bonferroni).",
            "± is half the interval that decides: what is allowed, in the number's own unit.",
            "Where nothing is random the two numbers have to be equal but for rounding to microseconds.",
        )
    )


def _again(quick: bool, seed: int) -> str:
    command = "python run.py verify" + (" --quick" if quick else "") + (f" --seed {seed}" if seed != 1 else "")
    return f"<p><code>{escape(command)}</code></p>\n" + html.paragraph(
        "One case: add --only and its name. The scenario files can be simulated like any other; the seed of each case "
        "is given with it. How many processors work makes no difference."
    )


def _figure(drawing: Drawing) -> str:
    if drawing.figure is None:
        return html.paragraph(drawing.caption)
    style.settle(drawing.figure)
    drawn = html.inline_svg(style.as_svg(drawing.figure), drawing.name)
    caption = f"caption-{drawing.name}"
    numbers = html.table(drawing.heading, drawing.columns, drawing.rows, drawing.text_columns)
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="Figure: {escape(drawing.heading)}">\n'
        f'<figure role="img" aria-label="{escape(drawing.label)}" aria-describedby="{caption}">{drawn}</figure>\n'
        f'</div>\n<p class="caption" id="{caption}">{html.words(drawing.caption)}</p>\n'
        + html.details("The numbers", numbers)
    )
