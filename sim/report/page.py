"""The page: one file that opens without a network, reads well on paper, on a phone and by ear."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from sim.report import html, words
from sim.report.costs import costs
from sim.report.evenness import evenness, shift_changes
from sim.report.figures.drawing import Drawing
from sim.report.headline import headline, unserved
from sim.report.origins import assumptions, reproduction, sources
from sim.report.results import Results

_STYLE = """
:root { color-scheme: light; }
body { font: 1rem/1.55 system-ui, "Segoe UI", "DejaVu Sans", "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei",
  sans-serif; color: #1a1a1a; background: #fff; margin: 0 auto; max-width: 58rem; padding: 1rem 1.25rem 3rem;
  overflow-wrap: break-word; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: .4rem 0; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.4rem 0 .6rem; border-top: 1px solid #ccc; padding-top: 1rem; }
a { color: #00507d; }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 3px solid #0072b2; outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; background: #fff; padding: .4rem .8rem; }
.lead { font-size: 1.05rem; }
nav ul { columns: 2 16rem; padding-left: 1.2rem; }
figure { margin: 0; }
figure svg { display: block; width: 100%; min-width: 36rem; height: auto; }
.warning { border-left: 4px solid #d55e00; padding-left: .8rem; font-weight: 600; }
.caption { font-size: .92rem; color: #333; margin: .5rem 0; }
.scroll { overflow-x: auto; }
summary { cursor: pointer; font-size: .92rem; padding: .3rem 0; }
table { border-collapse: collapse; font-size: .88rem; margin: .5rem 0 1rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: #333; padding-bottom: .3rem; }
th, td { padding: .25rem .7rem .25rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #ddd;
  font-weight: 400; }
thead th { font-weight: 600; border-bottom: 2px solid #555; vertical-align: bottom; }
.number { text-align: right; padding-left: .7rem; padding-right: .2rem; }
td { min-width: 4rem; }
td:not(.number):last-child { min-width: 14rem; }
tbody th { min-width: 9rem; overflow-wrap: anywhere; }
td:not(.number) { overflow-wrap: anywhere; min-width: 6rem; }
@media print {
  @page { size: A4; margin: 15mm; }
  :root { font-size: 9.5pt; }
  body { max-width: none; padding: 0; }
  nav, .skip { display: none; }
  figure, tr { break-inside: avoid; }
  h2 { break-after: avoid; margin-top: 1.2rem; }
  figure svg { min-width: 0; max-height: 215mm; }
  .scroll { overflow: visible; }
  table { font-size: 8pt; }
}
"""


def page(results: Results, drawings: Sequence[tuple[Drawing, bytes | None]]) -> str:
    """The whole of ``report.html``. Each drawing comes with its SVG file, or None where there is no figure."""
    title = f"{results.title}: response and coverage"
    sections = [
        ("summary", "What was found", headline(results)),
        *((f"figure-{drawing.name}", drawing.heading, _figure(drawing, svg)) for drawing, svg in drawings),
        ("evenness", "How evenly sectors are served", evenness(results)),
        ("changes", "Changes of shift", shift_changes(results)),
        ("unserved", "What was not served", unserved(results)),
        ("costs", "What it costs", costs(results)),
        ("assumptions", "What was assumed", assumptions(results) + sources(results)),
        ("limits", "What this is not for", html.bullets(words.NOT_FOR)),
        ("again", "How to get the same numbers", reproduction(results)),
    ]
    return document(title, f"<h1>{escape(results.title)}</h1>\n{_lead(results)}", sections)


def document(title: str, lead: str, sections: Sequence[tuple[str, str, str]]) -> str:
    """A whole page: its title, what stands on top as HTML, and sections of (identifier, heading, HTML), listed above.

    The heading of the first section is what a reader can skip to.
    """
    contents = "\n".join(f'<li><a href="#{name}">{escape(heading)}</a></li>' for name, heading, _ in sections)
    body = "\n".join(
        f'<section id="{name}">\n<h2>{escape(heading)}</h2>\n{inside}\n</section>' for name, heading, inside in sections
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<a class="skip" href="#{sections[0][0]}">Skip to {escape(sections[0][1][:1].lower() + sections[0][1][1:])}</a>
<header>
{lead}
</header>
<nav aria-label="Contents">
<ul>
{contents}
</ul>
</nav>
<main>
{body}
</main>
</body>
</html>
"""


def _lead(results: Results) -> str:
    question = str(results.scenario.get("question") or "")
    days = results.measured_days
    said = [
        f"{words.plural(results.replications, 'replication')} of {days:g} measured {'day' if days == 1 else 'days'}",
        f"seed {results.seed}",
    ]
    if results.synthetic:
        said.append("synthetic streets: a generated network, not a survey of real ones")
    if results.plane:
        said.append(f"{words.plane(results.plane)}: an idealised space, not a real place")
    lines = [f'<p class="lead">{escape(question)}</p>'] if question else []
    return "\n".join([*lines, html.paragraph("; ".join(said) + ".")])


def _figure(drawing: Drawing, svg: bytes | None) -> str:
    if svg is None:
        return html.paragraph(drawing.caption)
    drawn = html.inline_svg(svg, drawing.name)
    numbers = html.table(drawing.heading, drawing.columns, drawing.rows, drawing.text_columns)
    caption = f"caption-{drawing.name}"
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="Figure: {escape(drawing.heading)}">\n'
        f'<figure role="img" aria-label="{escape(drawing.label)}" aria-describedby="{caption}">{drawn}</figure>\n'
        f'</div>\n<p class="caption" id="{caption}">{html.words(drawing.caption)}</p>\n'
        + html.details("The numbers", numbers)
    )
