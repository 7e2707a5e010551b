"""Where the numbers come from: the assumptions that were on, and how to get the same numbers again."""

from __future__ import annotations

from collections import Counter

from sim.report import html, words
from sim.report.results import Results

_DISPUTED = ("deterrence", "fatigue")


def assumptions(results: Results) -> str:
    """Every assumption of the scenario with its value in this run, its range, grade and source."""
    given = results.scenario.get("assumptions", {})
    on = [name for name in _DISPUTED if _mentions(results.scenario.get("world", {}), name)
          or _mentions(results.scenario.get("policy", {}), name)]  # fmt: skip
    disputed = (
        f"Effects that the literature disputes and that this scenario sets: {', '.join(on)}."
        if on
        else f"Effects that the literature disputes ({', '.join(_DISPUTED)}) are not in this run."
    )
    if not given:
        return html.paragraph("The scenario lists no assumptions about its values.") + html.paragraph(disputed)
    grades = Counter(str(row.get("grade", "assumption")) for row in given.values())
    counted = "; ".join(
        f"{grades[grade]} {words.GRADES[grade]}" + (f" (grade {grade})" if len(grade) == 1 else "")
        for grade in words.GRADES
        if grades[grade]
    )
    rows = [
        (
            key,
            _shown(_dig(results.scenario, key)),
            _range(row),
            str(row.get("grade", "assumption")),
            "; ".join(part for part in (str(row.get("source") or ""), str(row.get("note") or "")) if part),
        )
        for key, row in given.items()
    ]
    columns = ("key", "value in this run", "low to high", "grade", "source, note")
    listing = html.table("Assumptions that were on", columns, rows, text_columns=len(columns))
    return (
        html.paragraph(f"{words.plural(len(given), 'value')} of this scenario carry a grade: {counted}.")
        + html.paragraph(disputed)
        + html.details(f"All {len(given)} assumptions", listing)
    )


def reproduction(results: Results) -> str:
    """The command, the versions and the digests."""
    given = results.provenance
    git = given.get("git") or {}
    rows = [
        ("command", given.get("command")),
        ("seed", results.seed),
        ("replications", results.replications),
        ("world digest", given.get("world_digest")),
        ("policy digest", given.get("policy_digest")),
        (f"version of {given.get('tool', 'this program')}", given.get("version")),
        ("commit", git.get("commit", "") + (", with changes" if git.get("dirty") else "")),
        ("Python", given.get("python")),
        *(given.get("packages") or {}).items(),
        ("platform", given.get("platform")),
        ("processor", given.get("cpu")),
    ]
    shown = [(said, _shown(value)) for said, value in rows if value not in (None, "")]
    return html.paragraph(
        "The same versions, scenario and seed give the same tables, byte for byte, for any number of workers. "
        "provenance.json beside this page holds the whole scenario as it was resolved."
    ) + html.table("To run this again", ("what", "which"), shown, text_columns=2)


def sources(results: Results) -> str:
    listed = [str(source) for source in results.scenario.get("sources", ())]
    return html.details("Sources of the scenario", html.bullets(listed)) if listed else ""


def _mentions(node: object, word: str) -> bool:
    """Is there a key with the word in it, set to anything but off?"""
    if isinstance(node, dict):
        return any((word in str(key) and bool(value)) or _mentions(value, word) for key, value in node.items())
    return isinstance(node, list) and any(_mentions(item, word) for item in node)


def _dig(node: object, path: str) -> object:
    """The value at a dotted path of the resolved scenario, in lists by name or number; None: not there."""
    for part in path.split("."):
        if isinstance(node, dict):
            node = node.get(part)
        elif isinstance(node, list):
            named = [row for row in node if isinstance(row, dict) and row.get("name") == part]
            node = named[0] if named else node[int(part)] if part.isdigit() and int(part) < len(node) else None
        else:
            return None
    return node


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(inner)}" for key, inner in value.items() if inner is not None)
    if isinstance(value, list):
        return ", ".join(_shown(inner) for inner in value)
    return str(value)


def _range(row: dict) -> str:
    low, high = row.get("low"), row.get("high")
    return "" if low is None and high is None else f"{_shown(low)} to {_shown(high)}"
