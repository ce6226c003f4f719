"""A roast by script: what a Bullet would read at any second of an endless row of batches."""

import datetime

PREHEAT, READY, ROAST, COOLING = 240, 60, 525, 255
CYCLE = PREHEAT + READY + ROAST + COOLING
BEGAN = PREHEAT + READY

# Seconds of the roast, BT, IBTS: from the twin's scenario `medium`.
CURVE = [
    (0, 156.2, 229.5), (10, 139.9, 41.7), (20, 120.9, 61.9), (30, 109.3, 76.8), (40, 102.3, 88.3),
    (50, 98.6, 97.1), (60, 97.2, 105.0), (80, 99.0, 118.2), (100, 104.2, 128.3), (120, 110.9, 137.8),
    (140, 118.3, 145.3), (160, 125.5, 152.8), (180, 132.5, 158.4), (200, 139.1, 163.7),
    (220, 145.2, 168.3), (240, 151.1, 172.3), (260, 156.5, 177.4), (280, 161.5, 181.5),
    (300, 166.1, 186.5), (320, 170.4, 189.3), (340, 174.3, 192.8), (360, 177.9, 193.8),
    (380, 181.3, 195.7), (400, 184.3, 198.4), (420, 187.1, 200.3), (440, 189.7, 201.6),
    (460, 191.9, 204.5), (480, 194.1, 205.7), (500, 195.9, 206.8), (520, 197.6, 207.7),
    (540, 194.7, 224.2), (560, 182.0, 228.0), (600, 165.0, 224.0), (700, 110.0, 150.0),
    (780, 80.0, 110.0),
]
LEVELS = [  # seconds of the roast, heater, fan, drum
    (0, 7, 2, 9), (3, 7, 1, 9), (91, 7, 2, 9), (231, 7, 3, 9), (251, 6, 3, 9), (271, 6, 4, 9),
    (331, 5, 4, 9), (361, 4, 4, 9), (441, 3, 4, 9), (525, 0, 7, 1),
]
# Landmarks that the curves show, in seconds of the roast.
ESTIMATES = {"charged": 5, "turning_point": 63, "yellowing": 153, "first_crack": 419, "dropped": 531}
TOLD_LATE = {"turning_point": 12}
STATE_CODES = {
    "off": 0, "preheating": 2, "ready": 4, "roasting": 6, "cooling": 8,
}
SETTLING = 30


def along(curve, seconds, column):
    """A value on the straight line between its neighbours."""
    if seconds <= curve[0][0]:
        return curve[0][column]
    for before, after in zip(curve, curve[1:]):
        if seconds <= after[0]:
            share = (seconds - before[0]) / (after[0] - before[0])
            return before[column] + share * (after[column] - before[column])
    return curve[-1][column]


def bean_at(roast_seconds):
    """The bean probe at a second of the roast."""
    return along(CURVE, roast_seconds, 1)


def batch_of(second):
    """(number of the batch, second within it, second of its roast)."""
    batch, within = divmod(second, CYCLE)
    return int(batch), within, within - BEGAN


def state_at(within):
    """What the roaster says it is doing."""
    if within < PREHEAT:
        return "preheating"
    if within < BEGAN:
        return "ready"
    return "roasting" if within < BEGAN + ROAST else "cooling"


def measured(second):
    """The columns of one point."""
    _, within, roast_second = batch_of(second)
    state = state_at(within)
    wobble = ((second * 7919) % 10) / 50
    if state in ("preheating", "ready"):
        share = min(1, within / PREHEAT)
        bean, ibts, rise = 60 + 96 * share ** 0.7, 90 + 140 * share ** 0.6 + wobble, None
        heater, fan, drum = (9, 1, 0) if state == "preheating" else (1, 1, 0)
    else:
        bean, ibts = bean_at(roast_second), along(CURVE, roast_second, 2) + wobble
        rise = (bean_at(roast_second) - bean_at(max(0, roast_second - 16))) / 16 * 60
        heater, fan, drum = [row[1:] for row in LEVELS if row[0] <= roast_second][-1]
    return {
        "state": state, "state_code": STATE_CODES[state], "bean_celsius": round(bean, 2),
        "ibts_celsius": round(ibts, 1),
        "rate_of_rise_celsius_per_minute": None if rise is None else round(rise, 2),
        "heater_level": heater, "fan_level": fan, "drum_level": drum,
    }


def happenings(batch):
    """(second, name, category, source, members) of a batch, in the order in which they are told."""
    start = batch * CYCLE
    began = start + BEGAN
    rows = [
        (start, "preheat_started", "state", "machine", {}),
        (start + PREHEAT, "ready", "state", "machine", {}),
        (began, "roast_began", "state", "machine", {}),
        (began + ROAST, "cooling", "state", "machine", {}),
    ]
    for name, second in ESTIMATES.items():
        late = TOLD_LATE.get(name, 0)
        rows.append((began + second + late, name, "landmark", "estimated", {"landmark_at": second}))
    for (_, *before), (second, *after) in zip(LEVELS, LEVELS[1:]):
        for control, one, other in zip(("heater", "fan", "drum"), before, after):
            if one != other:
                rows.append((began + second, "level_changed", "level", "machine", {
                    "control": control, "from_level": one, "to_level": other,
                    "origin": "firmware" if second in (3, 525) else "panel", "doubled": False}))
    return sorted(rows, key=lambda row: row[0])


def text_of(milliseconds):
    """RFC 3339 in UTC with milliseconds."""
    at = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def milliseconds_of(text):
    """The reverse of text_of."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000


def past_roast(number, now_ms):
    """A roast of another day: the same script, a little faster or slower."""
    stretch = 1 + ((number * 37) % 13 - 6) / 60
    beans = ["Ethiopia Guji", "Colombia Huila", "Kenya <Nyeri> & Co", "Brasil Cerrado"][number % 4]
    began = now_ms - (40 - number) * 7 * 3600_000
    duration = ROAST * stretch
    grams_out = 400 - 52 - (number % 5) * 3
    marks = {name: round(second * stretch, 2) for name, second in ESTIMATES.items()}
    development = 1 - marks["first_crack"] / duration
    return {
        "stretch": stretch, "marks": marks,
        "brief": {
            "id": number, "status": "ended", "began": text_of(began),
            "ended": text_of(began + duration * 1000), "title": f"Batch {number}" if number % 4 != 2 else None, "beans": beans,
            "grams_in": 400, "grams_out": grams_out,
            "weight_loss_ratio": round((400 - grams_out) / 400, 4),
            "notes": "Sweet, a little flat" if number % 3 else None, "device": "twin:medium",
            "simulated": True, "serial": "1", "duration_seconds": round(duration, 2),
            "first_crack_seconds": marks["first_crack"],
            "development_ratio": round(development, 4), "drop_bean_celsius": 197.9,
        },
    }


def columns(points):
    """Points {seconds, at_ms, ...measured} as one array a value."""
    keys = ["seconds", "at_ms", "state_code", "bean_celsius", "ibts_celsius",
            "rate_of_rise_celsius_per_minute", "heater_level", "fan_level", "drum_level"]
    return {key: [point.get(key) for point in points] for key in keys}


def whole(roast):
    """Summary, events and curve of a past roast."""
    stretch, marks = roast["stretch"], roast["marks"]
    end = ROAST * stretch
    points = []
    for second in range(-60, int(end) + 100):
        points.append({"seconds": second, "at_ms": second * 1000,
                       **measured(BEGAN + second / stretch)})
    sighted = {name: {"seconds": at, "bean_celsius": bean_at(at / stretch),
                      "ibts_celsius": None, "rate_of_rise_celsius_per_minute": 8.0}
               for name, at in marks.items()}
    crack, yellow = marks["first_crack"], marks["yellowing"]
    part = lambda seconds: {"seconds": seconds, "ratio": seconds / end,
                            "mean_rate_of_rise_celsius_per_minute": 9.1}
    curve = columns(points)
    curve.update(batch=0, began=roast["brief"]["began"], ended_seconds=end, events=[
        {"event": name, "category": "landmark", "source": "estimated", "seconds": at,
         "bean_celsius": bean_at(at / stretch), "ibts_celsius": None}
        for name, at in marks.items()])
    summary = {
        "duration_seconds": end, "ended": True, "charge": sighted["charged"],
        "turning_point": sighted["turning_point"], "yellowing": sighted["yellowing"],
        "first_crack": sighted["first_crack"], "first_crack_end": None, "second_crack": None,
        "drop": sighted["dropped"], "steepest_rise": sighted["yellowing"],
        "phases": {"drying": part(yellow), "maillard": part(crack - yellow),
                   "development": part(end - crack)},
    }
    flick = {"code": "flick", "severity": "caution", "seconds": crack + 40, "end_seconds": crack + 60,
             "figures": {"from_celsius_per_minute": 5.0, "to_celsius_per_minute": 7.5},
             "text": "After first crack the rate of rise climbed again, from 5.0 C/min to 7.5 C/min.",
             "advice": "Lower the power a step as it turns, some 20 s before the climb."}
    findings = {"version": 1, "items": [flick] if stretch > 1 else [], "energy": None,
                "level_changes": {"heater": 4, "fan": 2, "drum": 0}, "commands": {}}
    return {"summary": summary, "findings": findings, "events": [], "curve": curve}


def case_of(name, title, expectation="succeed", faults=0):
    """A golden case in short."""
    return {"name": name, "title": title, "expectation": expectation, "danger": "none",
            "source": "synthetic", "bean": "washed", "grams": 400.0, "machine": "m1", "faults": faults,
            "tags": [name.partition("-")[0]]}


CASES = [
    case_of("fault-knob", "a hand takes the heater down", faults=1),
    *(case_of(f"light-{grams}", f"{grams} g, light") for grams in (250, 300, 400, 500, 600, 700)),
    case_of("medium-400", "400 g, medium, with falling heat"),
    case_of("medium-400-slow", "400 g, medium, taking its time"),
    case_of("medium-600", "600 g, medium"),
    case_of("refuse-hurry", "what nobody can do", "refuse"),
]


def measure(name, kind, wanted, got, tolerance=0.0):
    """One thing that was asked of a roast."""
    apart = (abs(got - wanted) / tolerance if kind == "near" else None)
    margin = 1 - apart if apart is not None else (wanted - got) / max(abs(wanted), 1)
    return {"name": name, "kind": kind, "wanted": wanted, "got": got, "tolerance": tolerance,
            "margin": round(margin, 3), "met": margin >= 0}


def verdict(roast):
    """How near a past roast came to the script itself."""
    stretch, marks = roast["stretch"], roast["marks"]
    measures = [
        measure("first_crack_seconds", "near", 420.0, marks["first_crack"], 20.0),
        measure("drop_seconds", "near", 525.0, round(ROAST * stretch, 1), 20.0),
        measure("drop_bean_celsius", "near", 198.0, 197.9, 3.0),
        measure("development_ratio", "near", 0.2, roast["brief"]["development_ratio"], 0.03),
        measure("course_error_celsius", "at_most", 3.0, round(abs(stretch - 1) * 60, 2)),
        measure("rise_growth_celsius_per_minute", "at_most", 2.5, 0.4),
    ]
    flaws = [{"code": "baked", "text": "it took 1000 s"}] if stretch > 1.05 else []
    course = [{"seconds": float(at), "bean_celsius": bean} for at, bean, _ in CURVE if at <= ROAST]
    return {"passed": not flaws and all(one["met"] for one in measures), "measures": measures,
            "flaws": flaws, "target": {"schema": 1, "name": "the script", "course": course}}
