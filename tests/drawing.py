"""Random scenarios of a few hours, as plain data: of streets, and of what theory supposes."""

from __future__ import annotations

import random

LETTERS = "abc"
KINDS = ("road", "lane", "stairs", "square")
AUTHORITIES = ("none", "observe", "hold", "resolve")
START_HOUR = 7


def exponential(mean_min: float) -> dict | None:
    """A duration; none for a mean of 0."""
    return {"distribution": "exponential", "mean_min": mean_min} if mean_min else None


class Drawing:
    """Draws a scenario of streets, part by part, with rules that crews can follow."""

    patrol_rules: tuple[str, ...] = ("random", "no_u_turn", "least_recently_passed", "weighted")
    score_rules: tuple[str, ...] = ("nearest", "own_sector", "lowest_tier", "highest_tier", "preference")

    def __init__(self, rng: random.Random):
        self.rng = rng
        self.sectors = [f"sector_{letter}" for letter in LETTERS[: rng.randint(1, 3)]]
        self.tiers = [f"tier_{n}" for n in range(1, rng.randint(2, 5) + 1)]
        self.classes = [f"class_{n}" for n in range(rng.randint(3, 8))]
        self.modes = ["foot", "car", "motorcycle"]

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def maybe(self, share: float, table: dict) -> dict:
        return table if self.chance(share) else {}

    def scenario(self) -> dict:
        rng = self.rng
        return {
            "schema_version": 1,
            "title": "a random world",
            "run": {
                "warm_up_h": rng.choice([0, 0.25, 0.5]),
                "measured_h": rng.choice([1, 1.5, 2]),
                "drain_h": rng.choice([0, 0.25, 1]),
                "replications": 1,
            },
            "world": self.world(),
            "policy": self.policy(),
            "probes": {"readiness_per_day": rng.choice([0, 24, 48]), "cover_per_day": rng.choice([0, 48, 96])},
        }

    # ------------------------------------------------------------------------------------------ world

    def world(self) -> dict:
        rng = self.rng
        return {
            "geography_seed": rng.randint(0, 10**6),
            "start_hour": START_HOUR,
            "space": self.space(),
            "sectors": self.sector_tables(),
            "sites": self.sites(),
            "modes": self.mode_tables(),
            "visitors": {"mean_present": 2000, "by_hour": [rng.uniform(0.5, 2) for _ in range(24)]},
            "crowd": self.maybe(0.5, {"threshold_per_km2": 4000, "speed_factor": 0.7, "sight_factor": 0.8}),
            "sight": self.maybe(0.5, {"night_factor": 0.5, "night_from_hour": START_HOUR + 1, "night_to_hour": 6}),
            "weather": self.maybe(0.3, {"speed_factor": {"foot": 0.9, "car": 0.8}}),
            "demand": self.demand(),
            "classes": {name: self.incident_class(n) for n, name in enumerate(self.classes)},
            "look_min": rng.choice([0, 1, 3]),
            "off_model_handling_s": rng.choice([0, 45]),
            "custody": self.duration(rng.choice([2, 6])),
        }

    def demand(self) -> dict:
        rng = self.rng
        return {
            "per_day": rng.choice([400, 800, 1200]),
            "residents_weight": rng.choice([0, 0.5]),
            "segment_sigma": rng.choice([0, 1]),
        }

    def sector_tables(self) -> dict:
        rng = self.rng
        return {
            name: {
                "letter": letter,
                "residents": rng.choice([0, 1000, 5000]),
                "visitors_share": 1 / len(self.sectors),
                "area_km2": 0.2,
                "teams": rng.randint(1, 2),
            }
            for name, letter in zip(self.sectors, LETTERS, strict=False)
        }

    def sites(self) -> dict:
        rng = self.rng
        return {
            "school": {"total": rng.randint(1, 3)},
            "police_station": {"total": rng.randint(1, 2), "on": rng.choice([["road"], list(KINDS)])},
        }

    def space(self) -> dict:
        rng = self.rng
        rows, columns = rng.randint(3, 6), rng.randint(3, 6)
        picture = []
        for row in range(rows):
            line = [LETTERS[column * len(self.sectors) // columns] for column in range(columns)]
            if self.chance(0.5) and 0 < row < rows - 1:
                line[rng.randint(1, columns - 2)] = "."
            picture.append("".join(line))
        equal = self.chance(0.4)
        return {
            "rows": rows,
            "columns": columns,
            "block_height_m": 80 if equal else [round(rng.uniform(40, 130), 1) for _ in range(rows - 1)],
            "block_width_m": 80 if equal else [round(rng.uniform(40, 130), 1) for _ in range(columns - 1)],
            "sector_map": picture,
            "street_kinds": {"road": 2} | {kind: rng.choice([0, 1]) for kind in ("lane", "stairs", "square")},
            "arterial_every": rng.choice([0, 2]),
            "one_way": rng.choice(["none", "alternating", [{"row": 1, "direction": rng.choice(["east", "west"])}]]),
            "elevation_m": [[rng.uniform(0, 40) for _ in range(3)] for _ in range(3)] if self.chance(0.6) else [],
        }

    def mode_tables(self) -> dict:
        rng = self.rng
        hours = [rng.choice([0.6, 0.8, 1.0]) for _ in range(24)]
        walk = {"road": 1.4, "lane": 1.3, "square": 1.2, "stairs_up": 0.5, "stairs_down": 0.7}
        return {
            "foot": {"speed_mps": walk, "walks": True},
            "car": {
                "speed_mps": {"road": rng.choice([2.5, 8])} | ({"lane": 3} if self.chance(0.5) else {}),
                "dismount_s": rng.choice([0, 20, 40]),
                "by_hour": hours,
            },
            "motorcycle": {"speed_mps": {"road": 9, "lane": 5, "square": 2}, "dismount_s": 10},
        }

    def duration(self, mean_min: float) -> dict:
        return self.rng.choice(
            [
                {"distribution": "exponential", "mean_min": mean_min},
                {"distribution": "constant", "value_min": mean_min},
                {"distribution": "lognormal", "median_min": mean_min, "sigma": 0.7},
                {"distribution": "empirical", "values_min": [0, mean_min, 2 * mean_min]},
            ]
        )

    def some_tiers(self) -> list[str]:
        return self.rng.sample(self.tiers, self.rng.randint(1, len(self.tiers)))

    def slot(self) -> dict:
        rng = self.rng
        slot = {
            "authority": rng.choice(["hold", "resolve"]),
            "tiers": self.some_tiers(),
            "units": rng.choice([1, 1, 1, 2]),
            "min_crew": rng.choice([0, 0, 0, 2, 3]),
            "in_quorum": self.chance(0.75),
        }
        if self.chance(0.3):
            slot["alternatives"] = [{"authority": "hold", "tiers": self.some_tiers()}]
        return slot

    def incident_class(self, n: int) -> dict:
        rng = self.rng
        needs = [self.slot() for _ in range(rng.randint(1, 3))]
        in_quorum = sum(slot["units"] for slot in needs if slot["in_quorum"])
        if in_quorum == 0:
            needs[0]["in_quorum"], in_quorum = True, needs[0]["units"]
        class_ = {
            "share": rng.choice([1, 2, 4]),
            "priority": rng.randint(1, 3),
            "place": rng.choice(["streets", "streets", "streets", "school"]),
            "needs": needs,
            "safe_crew": rng.choice([0, 1, 1, 2, 3, 4, 6]),
            "work": self.duration(rng.choice([1, 4, 10])),
            "unfounded_share": rng.choice([0, 0.1]),
            "visible_share": rng.choice([0, 0.9, 1]),
            "notice": rng.choice([0.4, 0.9, 1]),
            "never_called_share": rng.choice([0, 0.3]),
            "report": self.duration(rng.choice([0, 2, 8])),
            "lifetime": exponential(rng.choice([6, 15, 40])),
            "gone_share": rng.choice([0, 0.3]),
            "patience": exponential(rng.choice([0, 4, 10])),
            "endings": {"mediated": 0.1, "referred": 0.1, "custody": rng.choice([0, 0.2, 0.6])},
        }
        if self.chance(0.3):
            class_["quorum"] = rng.randint(1, in_quorum)
        if self.chance(0.4):
            class_["more"] = {"chance": rng.choice([0.4, 1]), "needs": [self.slot() | {"units": 1}]}
        if self.chance(0.5):
            class_["worsens"] = {
                "share_per_min": rng.choice([0.02, 0.1, 0.3]),
                "to": {rng.choice(self.classes): 1, rng.choice(self.classes): 2},
                "work_factor": rng.choice([1, 1.5]),
            }
        if self.chance(0.45):
            class_["moves"] = {
                "share": rng.choice([0.5, 1]),
                "to": rng.choice(["random", "school"]),
                "speed_mps": rng.choice([0.6, 1.2, 2.0]),
                "distance_m": [100, 500],
            }
        if self.chance(0.15):
            class_["off_model"] = {"responder": "ambulance", "arrives": self.duration(6)}
        return {key: value for key, value in class_.items() if value is not None}

    # ------------------------------------------------------------------------------------------ policy

    def policy(self) -> dict:
        rng = self.rng
        tiers = {name: self.tier(n) for n, name in enumerate(self.tiers)}
        lines = [self.line(f"line_{n}", self.tiers[n % len(self.tiers)]) for n in range(rng.randint(3, 6))]
        return {
            "tiers": tiers,
            "command": {
                "call_handling_s": rng.choice([0, 45]),
                "relay_s": rng.choice([0, 60]),
                "on_view_report_s": rng.choice([0, 30]),
                "joint_min": rng.choice([0, 1, 4]),
            },
            "dispatch": {
                "score": [self.score_term() for _ in range(rng.randint(1, 3))],
                "preference": self.preference([line["name"] for line in lines]),
                "queue": rng.choice(["wait", "wait", "limit", "lost"]),
                "queue_limit": rng.randint(0, 4),
                "strict": self.chance(0.25),
            },
            "roster": lines,
        }

    def preference(self, lines: list[str]) -> dict:
        return {sector: self.rng.sample(lines, 2) for sector in self.sectors if self.chance(0.5)}

    def score_term(self) -> dict:
        return {"rule": self.rng.choice(self.score_rules), "max_extra_s": self.rng.choice([None, 0, 30, 120])}

    def tier(self, rank: int) -> dict:
        rng = self.rng
        weights = [(0.05, 0.05, 0.1, 0.8), (0.1, 0.1, 0.3, 0.5), (0.1, 0.3, 0.4, 0.2)][min(rank, 2)]
        volunteers = rank >= 2 and self.chance(0.4)
        return {
            "mode": rng.choice(self.modes) if rank < 2 else "foot",
            "authority": {name: rng.choices(AUTHORITIES, weights)[0] for name in self.classes},
            "kit": self.chance(0.4),
            "kit_factor": rng.choice([0.7, 0.9, 1]),
            "patrol_factor": rng.choice([0.6, 1]),
            "response_factor": [rng.choice([1.5, 2]), rng.choice([1, 1.2]), 1],
            "sight_m": {kind: rng.choice([0, 20, 50, 120]) for kind in KINDS},
            "turnout_s": {
                "patrol": rng.choice([0, 15]),
                "standby": rng.choice([0, 5]),
                "post": rng.choice([0, 30]),
                "base": rng.choice([0, 75]),
            },
            "channel": rng.choice(["direct", "relay"]),
            "border": rng.choice(["any", "any", "own", "adjacent"]),
            "border_free_priority": rng.choice([0, 1, 2]),
            "acceptance": [{"within_m": 100, "chance": 0.9}, {"within_m": 300, "chance": 0.5}] if volunteers else [],
            "wrap_up": self.duration(rng.choice([0, 1, 4])),
        }

    def line(self, name: str, tier: str) -> dict:
        rng = self.rng
        post = self.chance(0.3)
        line = {
            "name": name,
            "tier": tier,
            "units": rng.randint(1, 3),
            "per": rng.choice(["district", "sector", "team"]),
            "crew": rng.choice([1, 2, 2, 3, 4]),
            "duty": "post" if post else "patrol",
            "rule": "stand" if post else rng.choice(self.patrol_rules),
            "beat": rng.choice(["district", "sector"]),
            "post": rng.choice(["home", "hot_spot", "site:school"]),
            "leaves_post": rng.choice(["never", "on_view", "called", "called"]),
            "planned_share": rng.choice([0, 0, 0.3]),
            "planned_block_min": rng.choice([5, 12]),
            "planned_priority": rng.randint(0, 3),
            "break_min": rng.choice([0, 0, 10]),
            "break_priority": rng.randint(0, 3),
            "muster_min": rng.choice([0, 3]),
            "last_call_cutoff_min": rng.choice([0, 0, 10]),
        }
        if line["per"] == "team":
            line["beat"] = "team"
            line["units"] = 1
        if line["per"] == "district":
            line["beat"] = "district"
        if not post:
            line["base"] = rng.choice(["beat", "beat", "site:police_station"])
        if self.chance(0.2):
            line["mode"] = rng.choice(self.modes)
        line["system"] = rng.choices(["always", "three_shifts", "two_shifts", "windows"], [4, 1, 1, 2])[0]
        if line["system"] == "three_shifts":
            line["first_shift"] = f"{START_HOUR + 1:02d}:00"
            line["crews"] = rng.choice([2, 3, 4])
        if line["system"] == "two_shifts":
            line["first_shift"] = f"{START_HOUR + 1:02d}:15"
        if line["system"] == "windows":
            line["windows"] = rng.choice(
                [
                    [["07:20", "08:00"], ["08:10", "09:00"], ["09:00", "09:40"]],
                    [["06:00", "07:30"], ["07:30", "07:50"], ["08:00", "20:00"]],
                    [["07:05", "08:30"]],
                ]
            )
            line["turn_up_share"] = rng.choice([1, 0.8])
        return line


class SupposedDrawing(Drawing):
    """Streets with what no crew can do but theory supposes, arrivals evenly spaced and incidents at given points."""

    patrol_rules = ("resampled", "resampled_each_call", "no_u_turn")
    score_rules = ("nearest", "own_sector", "preference", "random", "random")

    def incident_class(self, n: int) -> dict:
        return super().incident_class(n) | {"arrivals": self.rng.choice(["poisson", "poisson", "fixed"])}

    def demand(self) -> dict:
        """Now and then two incidents at one place and time."""
        points = [self.point() for _ in range(self.rng.randint(0, 3))]
        injections = [
            {
                "name": f"injection_{n}",
                "class": self.rng.choice(self.classes),
                "at_h": 0.25 * (n // 2 + 1),
                "at_m": points[n // 2],
            }
            for n in range(2 * len(points))
        ]
        return super().demand() | {"injections": injections}

    def point(self) -> list[float]:
        """In metres from the south-west corner."""
        return [self.rng.uniform(0, 500), self.rng.uniform(0, 500)]


class PlaneDrawing(SupposedDrawing):
    """A plane: a rectangle, a torus, a line or a ring, cut into areas some of which belong to nobody."""

    patrol_rules = ("resampled", "resampled_each_call")
    score_rules = ("nearest", "nearest", "own_sector", "lowest_tier", "highest_tier", "preference", "random")

    def __init__(self, rng: random.Random):
        super().__init__(rng)
        self.width_m, self.height_m = rng.choice([300, 500, 800, 412.5]), rng.choice([0, 0, 250, 300, 600, 333.3])
        self.areas = self.cut()

    def cut(self) -> dict[str, list]:
        """The areas of each sector: one for each at least, of the rest some."""
        rng = self.rng
        columns = self.cuts(self.width_m, rng.randint(len(self.sectors), 4))
        rows = self.cuts(self.height_m, rng.randint(1, 2)) if self.height_m else [(0, 0)]
        pieces = [[west, south, east, north] for south, north in rows for west, east in columns]
        rng.shuffle(pieces)
        areas = {name: [pieces.pop()] for name in self.sectors}
        for piece in pieces:
            if self.chance(0.8):
                areas[rng.choice(self.sectors)].append(piece)
        return areas

    def cuts(self, length_m: float, count: int) -> list[tuple[float, float]]:
        """A length in so many parts."""
        inner = sorted(round(length_m * (n + self.rng.uniform(-0.3, 0.3)) / count, 1) for n in range(1, count))
        return list(zip([0, *inner], [*inner, length_m], strict=True))

    def space(self) -> dict:
        return {
            "kind": "plane",
            "width_m": self.width_m,
            "height_m": self.height_m,
            "metric": self.rng.choice(["manhattan", "euclid"]),
            "torus": self.chance(0.5),
        }

    def sector_tables(self) -> dict:
        return {
            name: {
                "residents": self.rng.choice([0, 1000, 5000]),
                "visitors_share": 1 / len(self.sectors),
                "area_km2": 0.2,
                "areas_m": self.areas[name],
            }
            for name in self.sectors
        }

    def sites(self) -> dict:
        at_points = {"at_m": [self.point() for _ in range(self.rng.randint(1, 2))]}
        return {
            "school": self.rng.choice([at_points, {"total": self.rng.randint(1, 3)}]),
            "police_station": {"at_m": [self.point() for _ in range(self.rng.randint(1, 2))]},
        }

    def point(self) -> list[float]:
        """A place of some area, on its border more often than by chance."""
        west, south, east, north = self.rng.choice(self.areas[self.rng.choice(self.sectors)])
        return [self.rng.choice([west, (west + east) / 2, east]), self.rng.choice([south, (south + north) / 2, north])]

    def mode_tables(self) -> dict:
        rng = self.rng
        if self.chance(0.15):  # everybody comes at once
            return {name: {"speed_mps": 1e9, "walks": name == "foot"} for name in self.modes}
        return {
            "foot": {"speed_mps": 1.4, "walks": True} | self.maybe(0.5, {"acceleration_mps2": 0.02}),
            "car": {
                "speed_mps": rng.choice([2.5, 8, 14]),
                "by_hour": [rng.choice([0.6, 0.8, 1.0]) for _ in range(24)],
            }
            | self.maybe(0.6, {"acceleration_mps2": rng.choice([0.1, 0.5, 2])}),
            "motorcycle": {"speed_mps": 9} | self.maybe(0.5, {"acceleration_mps2": 3}),
        }

    def incident_class(self, n: int) -> dict:
        class_ = super().incident_class(n)
        class_.pop("moves", None)
        return class_

    def line(self, name: str, tier: str) -> dict:
        line = super().line(name, tier)
        if line["per"] == "team":
            line["per"], line["beat"] = "sector", "sector"
        return line
