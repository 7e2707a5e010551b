"""The README tells the truth: the number it opens with is computed again, and what it points to exists.

Run as a program (``make readme``) it writes the number anew; the test never does.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "README.md"
README = PLACE.read_text(encoding="utf-8")
BLOCK = re.compile(r"(<!-- number:.*?-->\s*```python\n)(?P<code>.*?)(```\s*```text\n)(?P<printed>.*?)(```)", re.DOTALL)
NUMBER = BLOCK.search(README)


def printed() -> str:
    """What the code behind the mark ``number`` prints, run in the top folder."""
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(NUMBER["code"], "README.md", "exec"), {})
    return out.getvalue()


def test_the_number_it_opens_with():
    """To the last digit."""
    assert printed() == NUMBER["printed"]


@pytest.mark.parametrize("target", re.findall(r"\]\((?!https?://)([^)#]+)\)", README))
def test_links_lead_somewhere(target):
    assert (ROOT / target).exists()


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_examples_are_python(block):
    compile(block, "README.md", "exec")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    before, after = README[: NUMBER.start("printed")], README[NUMBER.end("printed") :]
    PLACE.write_text(before + printed() + after, encoding="utf-8", newline="\n")
