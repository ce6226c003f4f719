"""What the page must say of the drop: when it comes, between which bounds, or why nobody can say."""

import re

from command_checks import needs_stand_in
from looking import live, standing, tap, text, until, wait_live, wait_marked

AIM = """const field = document.querySelector(`#targets-form [name=${arguments[0]}]`);
  field.value = arguments[1]; field.dispatchEvent(new Event('change', { bubbles: true }));"""
TIME = r"(\d+):(\d\d)"
REASONS = {"beyond_outlook": "beyond the forecast", "crack_not_marked": "first crack is not marked"}
WORDS = re.compile(rf": at {TIME}, in {TIME}(?: \((?:{TIME} to {TIME}|from {TIME} on)\))?$")


def aim(bench, name, value):
    bench.browser.run(AIM, name, value)


def said(bench, selector):
    """(at, in, earliest, latest) in seconds as the page tells them; None where it tells something else."""
    found = WORDS.search(text(bench, selector))
    if not found:
        return None
    parts = [None if part is None else int(part) for part in found.groups()]
    times = [None if parts[index] is None else 60 * parts[index] + parts[index + 1] for index in range(0, 10, 2)]
    return times[0], times[1], times[2] if times[4] is None else times[4], times[3]


def agrees(bench, selector, query, member):
    """Whether the page says what the daemon says; both reckon by the outlook of the moment."""
    _, answer = bench.browser.ask("GET", f"/v1/outlook?{query}")
    told = answer[member]
    if told["moment"] is None:
        return told["reason"] in REASONS and text(bench, selector).endswith(f": {REASONS[told['reason']]}")
    found = said(bench, selector)
    if not found:
        return False
    now = live(bench)["reading"]["roast_seconds"]
    moment = told["moment"]
    near = [(found[0], moment["seconds"]), (found[1], moment["seconds"] - now)]
    if moment["latest"] != moment["earliest"]:
        near.append((found[2], max(0, moment["earliest"] - now)))
    if moment["latest"] not in (None, moment["earliest"]):
        near.append((found[3], moment["latest"] - now))
    # The daemon's are whole seconds of columns with a digit more.
    return all(one is not None and abs(one - other) <= 3 for one, other in near)


def says_when_to_drop(bench):
    """When to drop is said for a temperature and a development, as the daemon reckons it, or why not"""
    goal = round(live(bench)["reading"]["bean_celsius"] + 15)
    aim(bench, "drop", goal)
    aim(bench, "ratio", 20)
    until("the drop by temperature", 10, lambda: said(bench, "#drop-when"))
    assert text(bench, "#drop-when").startswith(f"{goal}.0 °C: at "), text(bench, "#drop-when")
    if not bench.fake:
        until("the daemon's word on it", 10, lambda: agrees(
            bench, "#drop-when", f"drop_celsius={goal}", "drop_by_temperature"))
        until("the daemon's word on development", 10, lambda: agrees(
            bench, "#ratio-when", "development_ratio=0.2", "drop_by_development"))
    bench.browser.go(bench.url + "/")
    wait_live(bench)
    until("it again, after a reload", 10, lambda: said(bench, "#drop-when"))
    bench.browser.click("#unit")
    until("it in Fahrenheit", 3, lambda: f"{goal * 1.8 + 32:.1f} °F: at " in text(bench, "#drop-when"))
    bench.browser.click("#unit")
    aim(bench, "drop", 300)
    until("why not", 3, lambda: text(bench, "#drop-when") == "300.0 °C: beyond the forecast")
    aim(bench, "drop", 60)
    until("that it is there", 3, lambda: text(bench, "#drop-when") == "60.0 °C: now")
    if bench.fake:
        bench.fake.trust = "bean_probe"
        until("that it cannot say", 5, lambda: "cannot explain" in text(bench, "#drop-when"))
        bench.fake.trust = "trusted"
    aim(bench, "drop", "")
    until("nothing where nothing is aimed at", 3, lambda: not text(bench, "#drop-when"))


def peak(outlook):
    """BT that rises by 20 C in 100 s, then falls to 19 C below now."""
    return {"bean_celsius": [outlook["bean_celsius"][0] + min(index, 40 - index) for index in range(60)]}


@needs_stand_in
def sees_over_a_peak(bench):
    """When to drop is said for a BT that falls below the present one later"""
    try:
        bench.fake.bend = peak
        goal = round(live(bench)["reading"]["bean_celsius"] + 15)
        aim(bench, "drop", goal)
        # Without the peak it takes as long again.
        found = until("the drop on the way up", 10, lambda: (
            told if (told := said(bench, "#drop-when")) and told[1] <= 75 else None))
        assert found[1] > 15, found
        aim(bench, "drop", goal + 30)
        until("that it does not rise so far", 3, lambda: text(
            bench, "#drop-when") == f"{goal + 30}.0 °C: beyond the forecast")
    finally:
        bench.fake.bend = lambda outlook: {}
        aim(bench, "drop", "")


@needs_stand_in
def asks_for_the_mark(bench):
    """No drop by development is said where first crack must have been and is not marked"""
    assert not standing(bench, "first_crack"), "the checks before took too long"
    unmarked = "20.0\u00a0% development: first crack is not marked"
    bean = round(live(bench)["reading"]["bean_celsius"])

    def expecting(ahead):
        # As the daemon tells it: columns in tenths, moments in whole seconds.
        def bend(outlook):
            seconds = [int(at) + 0.6 for at in outlook["seconds"]]
            at = int(seconds[0]) + ahead
            return {"seconds": seconds, "first_crack": {"seconds": at, "earliest": at, "latest": None}}
        return bend

    try:
        aim(bench, "ratio", 20)
        aim(bench, "first_crack", bean - 5)
        until("that the mark is missing", 10, lambda: text(bench, "#ratio-when") == unmarked)
        aim(bench, "first_crack", bean + 20)
        until("the drop by a crack that comes", 10, lambda: said(bench, "#ratio-when"))
        aim(bench, "first_crack", "")
        bench.fake.bend = expecting(60)
        until("the drop by the daemon's crack", 10, lambda: said(bench, "#ratio-when"))
        bench.fake.bend = expecting(1)
        until("that the mark is missing there too", 10, lambda: text(bench, "#ratio-when") == unmarked)
    finally:
        bench.fake.bend = lambda outlook: {}
        aim(bench, "first_crack", "")
        aim(bench, "ratio", "")


def counts_development(bench):
    """Once first crack is marked, the drop by development is counted from it"""
    if not standing(bench, "first_crack"):
        tap(bench, '[data-mark="first_crack"]')
        wait_marked(bench, "first_crack")
    aim(bench, "ratio", 20)
    found = until("the drop by development", 5, lambda: said(bench, "#ratio-when"))
    crack = live(bench)["roast"]["landmarks"]["first_crack"]["seconds"]
    assert abs(found[0] - crack / 0.8) < 2 and found[2] is None, (found, crack)
    if not bench.fake:
        until("the daemon's word on it", 5, lambda: agrees(
            bench, "#ratio-when", "development_ratio=0.2", "drop_by_development"))
    aim(bench, "ratio", "")
