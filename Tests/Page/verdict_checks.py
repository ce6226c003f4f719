"""What the page must do with golden cases: past roasts judged by one, on a phone and by a viewer too."""

from command_checks import needs_stand_in
from looking import is_shown, screenshots, text, until, wait_live

CASE = "medium-400"
CHOOSE = """const field = document.querySelector('#verdict-form [name=case]');
  field.value = arguments[0]; field.dispatchEvent(new Event('change', { bubbles: true }));"""
OFFERED = "return [...document.querySelector('#verdict-form [name=case]').options].map((one) => one.value)"
ROWS = """return [...document.querySelectorAll('#verdicts .measures')].map((table) =>
  [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent)))"""


def cases_offered(bench):
    return bench.browser.run(OFFERED)


def search(bench, words):
    bench.browser.run("""const field = document.querySelector('#verdict-form [name=q]');
      field.value = arguments[0]; field.dispatchEvent(new Event('input', { bubbles: true }));""", words)


def chosen_roasts(bench):
    return bench.browser.run(
        "return [...document.querySelectorAll('[data-roast]:checked')].map((box) => box.dataset.roast)")


def choose_two(bench):
    rows = until("past roasts", 5, lambda: bench.browser.run(
        "return [...document.querySelectorAll('[data-roast]')].map((box) => box.dataset.roast)"))
    for row in [] if chosen_roasts(bench) else rows[-2:]:
        bench.browser.run("document.querySelector(`[data-roast='${arguments[0]}']`).click()", row)
    until("cases to judge by", 5, lambda: CASE in cases_offered(bench))


def minutes(seconds):
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def expect_table(bench, rows, verdict):
    """The table says what the daemon says, in the unit that is chosen."""
    assert [row[0] for row in rows] == ["ok" if one["met"] else "missed" for one in verdict["measures"]], rows
    is_american = text(bench, "#unit") == "°F"
    for row, measure in zip(rows, verdict["measures"]):
        got = measure["got"]
        wanted = ("–" if got is None else minutes(got) if measure["name"].endswith("_seconds")
                  else f"{got * 100:.1f}\u00a0%" if measure["name"].endswith("_ratio")
                  else f"{got * 1.8 + 32 if is_american else got:.1f}"
                  if measure["name"].endswith("_bean_celsius") else None)
        assert wanted is None or row[3] == wanted, (row, measure)
        if measure["kind"] != "near":
            assert row[2].startswith("≤"), row
        assert len(row) == 5 and all(row), row


def judges_past_roasts(bench):
    """Past roasts are judged by a case that is found by its name, with its course on the chart"""
    choose_two(bench)
    offered = cases_offered(bench)
    assert not [name for name in offered if name.startswith(("refuse", "abort", "fault", "failure"))], offered
    search(bench, "medium fall")
    found = cases_offered(bench)
    assert CASE in found and len(found) < len(offered), found
    bench.browser.run(CHOOSE, CASE)
    roasts = chosen_roasts(bench)
    assert len(roasts) == 2, roasts
    until("two verdicts", 5, lambda: len(bench.browser.run(ROWS)) == 2)
    verdicts = []
    for roast in roasts:
        status, verdict = bench.browser.ask("GET", f"/v1/roasts/{roast}/verdict?case={CASE}")
        assert status == 200, verdict
        verdicts.append(verdict)
    shown = bench.browser.run(ROWS)
    heads = bench.browser.run("return [...document.querySelectorAll('#verdicts h3')].map((h) => h.textContent)")
    # Both were chosen in the order of the list.
    for rows, verdict in zip(shown, verdicts):
        expect_table(bench, rows, verdict)
    for head, verdict in zip(heads, verdicts):
        assert head.endswith(f"{'' if verdict['passed'] else 'not '}as {CASE} wants it"), heads
    flaws = bench.browser.run("return document.querySelectorAll('#verdicts li').length")
    assert flaws == sum(len(verdict["flaws"]) for verdict in verdicts), flaws
    courses = bench.browser.run("""return [...document.querySelectorAll('#comparison-chart path.course')]
      .map((path) => path.getAttribute('d'))""")
    assert len(courses) == 1, courses
    [course] = courses
    assert course.count("L") >= len(verdicts[0]["target"]["course"]) - 1 > 5, course
    assert f"Course of {CASE}" in text(bench, "#comparison-legend")
    screenshots(bench, "verdict", "#verdict-form")


def judges_in_fahrenheit(bench):
    """What past roasts were to be is told in the unit that is shown, and fits a phone"""
    bench.browser.look(1280, 800, "light")
    choose_two(bench)
    bench.browser.run(CHOOSE, CASE)
    until("two verdicts", 5, lambda: len(bench.browser.run(ROWS)) == 2)
    before = bench.browser.run(ROWS)
    bench.browser.click("#unit")
    try:
        until("other figures", 5, lambda: bench.browser.run(ROWS) not in ([], before))
        bench.browser.look(390, 844, "light")
        over = bench.browser.run("""const box = document.querySelector('#verdicts');
          return [document.documentElement.scrollWidth - document.documentElement.clientWidth,
            box.scrollWidth - box.clientWidth]""")
        assert over[0] <= 0 and over[1] <= 0, over
        roast = chosen_roasts(bench)
        verdicts = [bench.browser.ask("GET", f"/v1/roasts/{one}/verdict?case={CASE}")[1] for one in roast]
        is_american = text(bench, "#unit") == "°F"
        found = [measure["got"] for verdict in verdicts for measure in verdict["measures"]
                 if measure["name"] == "drop_bean_celsius"]
        drops = {f"{got * 1.8 + 32 if is_american else got:.1f}" for got in found}
        told = {row[3] for rows in bench.browser.run(ROWS) for row in rows if row[1] == "Drop BT"}
        assert drops and drops == told, (drops, told)
    finally:
        bench.browser.look(1280, 800, "light")
        bench.browser.click("#unit")


@needs_stand_in
def compares_without_cases(bench):
    """Past roasts are compared while there is no list of cases, which is asked for until it is there"""
    def choose(index):
        bench.browser.run("[...document.querySelectorAll('[data-roast]')].at(arguments[0]).click()", index)

    def until_drawn(name):
        until(f"the curve {name}", 5, lambda: bench.browser.run("""return (document.querySelector(
          `#comparison-chart path.${arguments[0]}`)?.getAttribute('d') ?? '').length > 20""", name))

    bench.browser.go(bench.url + "/")
    wait_live(bench)
    until("past roasts", 5, lambda: bench.browser.run(
        "return document.querySelectorAll('[data-roast]').length") > 2)
    bench.fake.are_cases_there, bench.fake.case_lists = False, 0
    try:
        choose(-1)
        until_drawn("bean")
        until("the list of cases to be refused", 5, lambda: bench.fake.case_lists == 1)
        choose(-2)
        until_drawn("bean-reference")
        until("it to be refused again", 5, lambda: bench.fake.case_lists == 2)
        assert bench.browser.run("return document.querySelectorAll('#exports a').length") == 6
        assert not is_shown(bench, "#verdict-form") and not text(bench, "#past-problem")
    finally:
        bench.fake.are_cases_there = True
    choose(-2)
    until("cases to judge by", 5, lambda: CASE in cases_offered(bench))
    choose(-2)
    bench.browser.run(CHOOSE, CASE)
    until("two verdicts", 5, lambda: len(bench.browser.run(ROWS)) == 2)
    assert bench.fake.case_lists == 3, bench.fake.case_lists


def a_viewer_judges(bench):
    """A viewer judges a past roast as well, and leaves it again"""
    boxes = "return document.querySelectorAll('[data-roast]').length"
    until("past roasts", 5, lambda: bench.browser.run(boxes) > 0)
    bench.browser.run("[...document.querySelectorAll('[data-roast]')].at(-1).click()")
    until("cases to judge by", 5, lambda: CASE in cases_offered(bench))
    bench.browser.run(CHOOSE, CASE)
    until("a verdict", 5, lambda: len(bench.browser.run(ROWS)) > 0)
    bench.browser.run(CHOOSE, "")
    until("no verdict any more", 5, lambda: bench.browser.run(ROWS) == [])
    assert not bench.browser.run("return document.querySelector('#comparison-chart path.course')")
