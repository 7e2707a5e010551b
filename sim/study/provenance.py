"""Where results come from: enough to run them again and to know what could differ."""

from __future__ import annotations

import importlib.metadata
import platform
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.study.store import KIND, TOOL

if TYPE_CHECKING:
    from sim.scenario import Scenario

PACKAGES = ("numpy", "scipy", "numba", "llvmlite", "pandas", "pyarrow", "pydantic", "mesa", "matplotlib")
ROOT = Path(__file__).resolve().parent.parent.parent


def provenance(
    scenario: Scenario,
    *,
    seed: int,
    replications: int,
    keep: str,
    workers: int,
    started: str,
    wall_s: float,
    warnings: list[str],
    notes: list[str],
) -> dict[str, Any]:
    """The content of ``provenance.json``. Equal runs differ in what stands last."""
    resolved = scenario.resolved()
    return {
        "tool": TOOL,
        "kind": KIND,
        "version": version(),
        "name": scenario.name,
        "title": scenario.spec.title,
        "seed": seed,
        "replications": replications,
        "keep": keep,
        "world_digest": scenario.world_digest,
        "policy_digest": scenario.policy_digest,
        "warnings": warnings,
        "notes": notes,
        "assumptions": assumptions(resolved),
        "scenario": resolved,
        "origins": dict(scenario.origins),
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := _package(name))},
        "platform": f"{platform.system()} {platform.machine()}",
        "cpu": cpu(),
        "git": git(),
        "command": shlex.join(sys.argv),
        "workers": workers,
        "started": started,
        "wall_s": round(wall_s, 3),
    }


def assumptions(resolved: dict[str, Any]) -> list[dict[str, Any]]:
    """What the scenario says about its own values, each with the value that was used."""
    said = []
    for key, about in resolved.get("assumptions", {}).items():
        value: Any = resolved
        for word in key.split("."):
            value = value.get(word) if isinstance(value, dict) else None
        said.append({"key": key, "value": value, **about})
    return said


def version() -> str:
    """Of this program: as installed, else as the clone says."""
    if installed := _package("roundsman"):
        return installed
    try:
        return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])
    except (OSError, ValueError, KeyError):
        return "unknown"


def _package(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def cpu() -> str:
    """The processor's name: results agree to the last bit only within a class of processors."""
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def git() -> dict[str, Any] | None:
    """Commit, and whether files differ from it; None outside a clone."""
    if not (ROOT / ".git").exists():
        return None
    try:
        commit = _git("rev-parse", "HEAD")
        return {"commit": commit, "dirty": bool(_git("status", "--porcelain", "--untracked-files=no"))}
    except (OSError, subprocess.SubprocessError):
        return None


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(ROOT), *arguments], capture_output=True, encoding="utf-8", timeout=10, check=True
    )
    return done.stdout.strip()
