"""Broken prices and windows of measures: more cases beside those of ``bad_input_cases``."""

from __future__ import annotations

from bad_input_cases import Case, added, edit

TIER = "policy.tiers.police."


def policy(name: str, text: str, key: str, *says: str) -> Case:
    """A case that adds a key of the policy; the message names its line."""
    return added(name, "[policy]\n" + text, f"policy.{key}", *says, at=text)


def price(name: str, text: str, key: str, *says: str) -> Case:
    """A case that adds a price of the police."""
    return edit(name, "kit_factor = 0.9", "kit_factor = 0.9\n" + text, TIER + key, *says, at=text)


COST_CASES = [
    policy("overtime for less", "overtime_factor = 0.5", "overtime_factor", "from 1 to 10"),
    policy("overtime in percent", "overtime_factor = 150", "overtime_factor", "from 1 to 10"),
    policy("overtime as text", 'overtime_factor = "half more"', "overtime_factor", "a number"),
    policy("window of a change of a day", "changeover_window_min = 1440", "changeover_window_min", "from 0 to 720"),
    policy("window in seconds", "changeover_window_s = 1800", "changeover_window_s", '"changeover_window_min"'),
    price("shadow price below nothing", "shadow_per_h = -1", "shadow_per_h", "not below 0"),
    price("pay a day", "paid_per_d = 400", "paid_per_d", 'did you mean "paid_per_h"'),
]
