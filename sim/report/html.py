"""Small pieces of a page: escaped text, tables, figures. Nothing on the page asks anything of the network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from xml.etree import ElementTree

_SVG, _XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:%|min|h|m|km)(?!\w))")
_FOREIGN = ("metadata", "style")  # the first is for drawing programs, the second would style the whole page


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[object]], text_columns: int = 1) -> str:
    """A table with a caption and scoped headings; the first column heads its row, ``text_columns`` are not numbers."""
    head = "".join(
        f'<th scope="col"{_numeric(place, text_columns)}>{escape(str(name))}</th>' for place, name in enumerate(columns)
    )
    body = []
    for row in rows:
        cells = [f'<th scope="row">{escape(str(row[0]))}</th>']
        cells += [
            f"<td{_numeric(place, text_columns)}>{escape(str(value))}</td>" for place, value in enumerate(row[1:], 1)
        ]
        body.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(caption)}">\n<table>\n'
        f"<caption>{words(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{chr(10).join(body)}\n</tbody>\n</table>\n</div>"
    )


def _numeric(place: int, text_columns: int) -> str:
    return ' class="number"' if place >= text_columns else ""


def details(summary: str, inside: str) -> str:
    return f"<details>\n<summary>{escape(summary)}</summary>\n{inside}\n</details>"


def words(text: str) -> str:
    """Escaped text in which no line breaks between a number and its unit."""
    return escape(_BEFORE_UNIT.sub("\u00a0", text))


def paragraph(text: str) -> str:
    return f"<p>{words(text)}</p>"


def warning(text: str) -> str:
    return f'<p class="warning" role="note">{words(text)}</p>'


def bullets(items: Iterable[str]) -> str:
    return "<ul>\n" + "\n".join(f"<li>{words(item)}</li>" for item in items) + "\n</ul>"


def inline_svg(svg: bytes, name: str) -> str:
    """An SVG file as a piece of a page: no name spaces, identifiers of its own, width left to the page."""
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            if any(child.tag.endswith(foreign) for foreign in _FOREIGN):
                parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        for key, value in list(element.attrib.items()):
            del element.attrib[key]
            key = key.removeprefix(_XLINK)
            if key == "id":
                value = f"{name}-{value}"
            elif key == "href" and value.startswith("#"):
                value = f"#{name}-{value[1:]}"
            elif "url(#" in value:
                value = value.replace("url(#", f"url(#{name}-")
            element.attrib[key] = value
    for key in ("width", "height", "version"):
        root.attrib.pop(key, None)
    root.attrib.update({"aria-hidden": "true", "focusable": "false", "stroke-linejoin": "round"})
    return ElementTree.tostring(root, encoding="unicode")
