"""The report: a page that stands on its own, figures whose words can be read, and sentences where there is nothing."""

from __future__ import annotations

import itertools
import re
import shutil
import warnings
from html.parser import HTMLParser
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from report_folder import CLASSES, TIERS, write_folder

from sim.report import style, words, write_report
from sim.report.figures import response
from sim.report.figures.drawing import short
from sim.report.figures.response_map import NEAREST, median_around
from sim.report.results import Results
from sim.report.write import FIGURES

VOID = {"meta", "link", "br", "img", "hr", "input", "path", "use", "rect", "circle", "ellipse", "line"}
SEVEN = tuple(f"tier_{number}" for number in range(7))
LONG = "Volunteers with red armbands of the residents' committees and property managers"


class _Page(HTMLParser):
    """Tags that close in order, identifiers, links, and the figures with their labels and captions."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.starts: list[tuple[str, dict[str, str]]] = []
        self.text: dict[str, str] = {}
        self._inside: list[str | None] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attributes}
        self.starts.append((tag, given))
        if "id" in given:
            self.ids.append(given["id"])
        if tag not in VOID:
            self.open.append(tag)
            self._inside.append(given.get("id"))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag
        self._inside.pop()

    def handle_data(self, data: str) -> None:
        for name in filter(None, self._inside):
            self.text[name] = self.text.get(name, "") + data

    def found(self, tag: str) -> list[dict[str, str]]:
        return [given for name, given in self.starts if name == tag]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = write_folder(tmp_path_factory.mktemp("report") / "results", title="A <small> town & its day")
    write_report(made)
    return made


@pytest.fixture(scope="module")
def page(folder) -> _Page:
    return _Page((folder / "report.html").read_text("utf-8"))


@pytest.fixture
def without_png(monkeypatch):
    """Pictures take time and differ from the SVG in nothing that most tests look at."""
    monkeypatch.setattr(style, "as_png", lambda figure: b"")


def test_page_is_well_formed(page):
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert page.found("html")[0]["lang"] == "en"
    targets = {given["href"] for _, given in page.starts if given.get("href", "").startswith("#")}
    targets |= {f"#{name}" for _, given in page.starts for name in given.get("aria-describedby", "").split()}
    assert targets <= {f"#{name}" for name in page.ids}


def test_page_asks_nothing_of_the_network(folder, page):
    text = (folder / "report.html").read_text("utf-8")
    assert not re.search(r"https?:|//[a-z]|@import|<script|<link|<img|<iframe", text)
    assert all("src" not in given for _, given in page.starts)
    assert all(given["href"].startswith("#") for _, given in page.starts if "href" in given)
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", text))


def test_every_figure_says_what_it_is(page):
    figures = page.found("figure")
    assert len(figures) == len(FIGURES)
    for given in figures:
        assert given["role"] == "img"
        assert len(given["aria-label"]) > 60
        caption = page.text[given["aria-describedby"]]
        assert re.search("The clock starts|No clock", caption)
        assert "Scenario: A <small> town & its day; seed 1; 3 replications; synthetic streets." in caption
    assert len(page.found("details")) >= len(FIGURES)


def test_files_of_every_figure(folder):
    names = {module.NAME for module in FIGURES}
    files = {f"{name}.{kind}" for name in names for kind in ("svg", "png")}
    assert {path.name for path in (folder / "figures").iterdir()} == files
    for name in names:
        svg = (folder / "figures" / f"{name}.svg").read_text("utf-8")
        assert "seed 1; 3 replications" in re.sub(r"\s+", " ", " ".join(re.findall(r">([^<]+)</", svg)))


def test_tables_can_be_read_by_ear(page):
    tables, captions = page.found("table"), page.found("caption")
    assert len(tables) == len(captions) > len(FIGURES)
    assert all(given.get("scope") in ("col", "row") for given in page.found("th"))
    assert all(given.get("aria-label") for given in page.found("div") if given.get("role") == "region")


def test_page_says_what_the_summary_says(folder, page):
    results = Results(folder)
    for said in (
        results.estimate("response_min_p50", "priority", 1).text(),
        results.estimate("within_5_min_share", "priority", 1).text(),
        results.estimate("unserved_share").text(),
        results.estimate("cover_share", "purpose", "residents").text(),
    ):
        assert said in page.text["summary"]
    for said in ("run.py simulate scenarios/small_town.toml", "ab" * 32, "cd" * 32, "0.1.0", "2.4.6"):
        assert said in page.text["again"]
    assert "a <guess> & no more" in page.text["assumptions"]
    assert "30 to 240" in page.text["assumptions"]
    assert "deterrence, fatigue) are not in this run" in page.text["assumptions"]
    assert "choosing whom to stop" in page.text["limits"]
    assert words.OUTCOMES["unnoticed"] in page.text["unserved"]


def test_page_says_what_it_costs_and_how_even_it_is(folder, page):
    results = Results(folder)
    for section, measures in (
        ("costs", ("cost_yuan_per_day", "cost_per_cleared_yuan", "cost_per_point_yuan_per_day")),
        ("changes", ("open_at_changeover_n", "late_spells_share")),
    ):
        for measure in measures:
            assert results.estimate(measure).text() in page.text[section]
    assert results.estimate("within_5_min_share", "changeover", "during").text() in page.text["changes"]
    evenness = page.text["evenness"]
    assert "7.0\xa0% of residents" in evenness
    clear = [
        stem
        for stem in ("response_per_resident", "presence_per_ambient", "checks_per_ambient")
        if results.estimate(f"{stem}_gini").low > results.estimate(f"{stem}_chance_gini").mean
    ]
    assert clear
    assert "Unequal beyond chance: " in evenness
    unfounded = results.estimate("unfounded_checks_share", "sector", results.sectors[0]).text()
    assert unfounded in page.text["figure-burden"]


def test_prices_that_nobody_gave(tmp_path, without_png):
    made = write_folder(tmp_path / "results")
    table = (made / "summary.csv").read_text("utf-8-sig").splitlines()
    free = [line for line in table if "cost_yuan_per_day" not in line]
    (made / "summary.csv").write_text("\n".join([*free, "cost_yuan_per_day,all,,0,0,0,0,9,3,yuan_per_day,lower,False"]))
    write_report(made)
    assert "No tier has a price" in _Page((made / "report.html").read_text("utf-8")).text["costs"]


def test_overload_is_told_where_people_look(folder, page):
    said = page.text["summary"]
    warning = said.index("Overload: calls of priority 3 (0.4 an hour more) come <faster> than they are served.")
    assert warning < said.index("In brackets")
    assert [given["class"] for given in page.found("p") if "class" in given].count("warning") == 1
    row = said[said.index("growth of the backlog") :].splitlines()[0]
    assert re.search(r"0\.40\s?an hour \([^)]*\), overload", row)
    assert row.count("overload") == 1
    assert "-0.00" not in said


def test_a_plane_is_called_one(tmp_path, without_png):
    made = write_folder(tmp_path / "results", rows=2, columns=2, plane_m=(400.0, 200.0))
    write_report(made)
    page = _Page((made / "report.html").read_text("utf-8"))
    text = (made / "report.html").read_text("utf-8")
    assert "a torus without streets, straight ways: an idealised space, not a real place" in text
    assert "synthetic" not in text
    assert "no streets to pass along" in page.text["figure-map_idleness"]
    assert "a plane without streets." in page.text["figure-map_response"]
    assert "had last been passed" not in page.text["summary"]


def test_disputed_effects_are_named_when_on(tmp_path, without_png):
    made = write_folder(tmp_path / "results")
    told = (made / "provenance.json").read_text("utf-8")
    (made / "provenance.json").write_text(told.replace('"per_day"', '"deterrence": {"on": true}, "per_day"'), "utf-8")
    write_report(made)
    said = (made / "report.html").read_text("utf-8")
    assert "that this scenario sets: deterrence." in said


def test_equal_files_give_equal_bytes_wherever_they_lie(folder, tmp_path):
    copied = shutil.copytree(folder, tmp_path / "elsewhere", ignore=shutil.ignore_patterns("figures", "report.html"))
    write_report(copied)
    made = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert len(made) > 15
    assert [path for path in made if (folder / path).read_bytes() != (copied / path).read_bytes()] == []


def test_foreign_folder_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no summary\.csv"):
        write_report(tmp_path)
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------------------- words in figures

WORLDS = {
    "small": {},
    "one sector, one tier": {"sectors": 1, "tiers": ("community",), "rows": 2, "columns": 3},
    "a whole district": {"rows": 26, "columns": 40, "sectors": 11, "replications": 4, "per_day": 400.0},
    "replication 0 only": {"keep": "measures", "sectors": 11},
    "seven tiers, long names": {
        "tiers": SEVEN,
        "labels": {**dict.fromkeys(SEVEN, LONG), **dict.fromkeys(CLASSES, "Something or somebody reported as odd")},
        "title": "What if " * 40,
    },
    "tall": {"rows": 30, "columns": 4},
    "a plane": {"rows": 3, "columns": 4, "sectors": 11, "plane_m": (3000.0, 2000.0)},
    "a plane of one metre": {"rows": 1, "columns": 1, "sectors": 1, "tiers": ("police",), "plane_m": (1.0, 1.0)},
    "a line": {"rows": 1, "columns": 2, "sectors": 2, "plane_m": (2000.0, 0.0)},
    "flat": {"rows": 2, "columns": 40, "sectors": 9},
}


@pytest.fixture(scope="module", params=WORLDS)
def drawn(request, tmp_path_factory):
    """(name, settled figure) of every figure of a world."""
    world = write_folder(tmp_path_factory.mktemp("world") / "results", **WORLDS[request.param])
    results = Results(world, style.legible)
    made = []
    with style.house_style():
        for module in FIGURES:
            drawing = module.draw(results)
            if drawing.figure is None:
                missing = {"map_idleness": results.plane is not None, "burden": len(results.sectors) == 1}
                assert missing.get(drawing.name)
                continue
            style.settle(drawing.figure)
            made.append((drawing.name, drawing.figure))
    return made


def _texts(figure) -> list[tuple[str, Bbox]]:
    """(words, box in pixels) of every text that is drawn; ticks beyond the axes are not."""
    seen = []

    def draw(text, renderer, *more) -> None:
        if text.get_visible() and text.get_text().strip():
            seen.append((text.get_text(), text.get_window_extent(renderer)))

    with mock.patch.object(Text, "draw", draw):
        figure.draw_without_rendering()
    return seen


def test_no_text_is_clipped(drawn):
    for name, figure in drawn:
        for said, box in _texts(figure):
            room = figure.bbox.padded(1)
            assert all(room.contains(*corner) for corner in (box.min, box.max)), (name, said)


def test_no_text_lies_on_another(drawn):
    for name, figure in drawn:
        for (one, first), (other, second) in itertools.combinations(_texts(figure), 2):
            assert not first.padded(-1).overlaps(second.padded(-1)), (name, one, other)


def test_labels_without_glyphs_give_way_to_names(tmp_path, without_png, monkeypatch):
    monkeypatch.setattr(style, "CJK_FONTS", ())
    labels = {"police": "公安", "Jiefangbei": "解放碑"}
    results = Results(write_folder(tmp_path / "results", labels=labels, title="平常的一天"), style.legible)
    assert results.tier_label("police") == "police"
    assert results.sector_label("Jiefangbei") == "Jiefangbei"
    assert (results.short_title, results.title) == ("small_town", "平常的一天")
    write_report(results.folder)
    assert "<h1>平常的一天</h1>" in (results.folder / "report.html").read_text("utf-8")


# ------------------------------------------------------------------------------------------------ degenerate


@pytest.mark.parametrize(
    ("world", "drawn_still"),
    [
        ({"per_day": 0}, {"hours", "map_idleness", "readiness", "burden"}),
        ({"came": 0.0}, {"response", "hours", "map_idleness", "tiers", "readiness", "burden"}),
        ({"tiers": ()}, {"response", "map_idleness", "tiers", "readiness", "burden"}),
        ({"replications": 1}, {module.NAME for module in FIGURES}),
        ({"per_day": 3, "replications": 1}, None),
    ],
)
def test_little_or_nothing_happened(tmp_path, without_png, world, drawn_still):
    made = write_folder(tmp_path / "results", **world)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_report(made)
    if drawn_still is not None:
        assert {path.stem for path in (made / "figures").iterdir()} == drawn_still
    page = _Page((made / "report.html").read_text("utf-8"))
    for module in FIGURES:
        assert len(page.text[f"figure-{module.NAME}"]) > 100
    assert "nan" not in re.findall(r"[a-z]+", " ".join(page.text.values()).lower())


@pytest.mark.parametrize(
    "absent", ["incidents.parquet", "streets.parquet", "hourly.parquet", "map.json", "provenance.json"]
)
def test_an_absent_table_leaves_a_sentence(tmp_path, without_png, folder, absent):
    made = shutil.copytree(folder, tmp_path / "results")  # with the figures of an earlier report
    (made / absent).unlink()
    write_report(made)
    page = _Page((made / "report.html").read_text("utf-8"))
    assert {path.stem for path in (made / "figures").iterdir()} == {
        given["aria-describedby"].removeprefix("caption-") for given in page.found("figure")
    }


def test_summary_alone(tmp_path, without_png):
    made = write_folder(tmp_path / "results")
    for path in made.iterdir():
        if path.name != "summary.csv":
            path.unlink()
    write_report(made)
    assert "min (" in _Page((made / "report.html").read_text("utf-8")).text["summary"]


# -------------------------------------------------------------------------------------------------- numbers


def test_tiers_add_up_to_anyone(folder):
    results = Results(folder)
    called = results.called
    for priority in results.priorities:
        of = called[called["priority"] == priority]
        _, anyone = response._curve(of["response_min"].to_numpy(), len(of), 60)
        tiers = [
            response._curve(of.loc[of["presence_tier"] == tier, "response_min"].to_numpy(), len(of), 60)[1][-1]
            for tier in TIERS
        ]
        assert sum(tiers) == pytest.approx(anyone[-1])
        assert anyone[-1] == pytest.approx((of["response_min"] <= 60).mean())


def test_hours_measured_count_each_hour_of_the_day(folder):
    results = Results(folder)
    assert results.hours_measured.tolist() == [1.0] * 24
    results.scenario["run"].update(warm_up_h=7.5, measured_h=26.0)
    results.scenario["world"]["start_hour"] = 2
    again = Results(folder)
    again.__dict__["provenance"] = results.provenance
    expected = np.ones(24)
    expected[[9, 10, 11]] = (1.5, 2.0, 1.5)
    assert again.hours_measured.tolist() == expected.tolist()


def test_median_around_takes_the_nearest_calls():
    calls = np.column_stack([np.arange(100.0), np.zeros(100)])
    minutes = np.arange(100.0)
    minutes[60:] = np.inf
    medians = median_around(np.array([[0.0, 0.0], [99.0, 0.0], [5000.0, 0.0]]), calls, minutes)
    assert medians[0] == NEAREST // 2 - 1
    assert np.isinf(medians[1])
    assert np.isnan(medians[2])
    few = median_around(np.zeros((1, 2)), calls[: NEAREST - 1], minutes[: NEAREST - 1])
    assert np.isnan(few).all()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((4.123, "min", 3.9, 4.32), "4.1\u00a0min (3.9\u00a0to\u00a04.3)"),
        ((0.6249, "share", 0.61, 0.64), "62\u00a0% (61\u00a0to\u00a064)"),
        ((0.0123, "share"), "1.2\u00a0%"),
        ((1.0, "share", 1.0, 1.0), "100\u00a0% (100\u00a0to\u00a0100)"),
        ((1234.5, "min", float("nan"), float("nan")), "1,234\u00a0min"),
        ((float("nan"), "min"), "not measured"),
        ((float("inf"), "min"), "never"),
        ((0.5, "per_h"), "0.50\u00a0an hour"),
    ],
)
def test_how_numbers_are_written(given, said):
    assert words.quantity(*given) == said


def test_labels_are_cut_where_figures_have_no_room_even_without_spaces():
    assert short("Disorder at a school gate") == "Disorder at a school gate"
    assert short("  two\n words ") == "two words"
    cut = short("社区巡逻" * 30)
    assert cut.startswith("社区巡逻")
    assert cut.endswith("…")
    assert len(cut) == 38
