"""What the page must do, one function a check. Every wait is bounded."""

import subprocess
import time

import scripted_roast as script
from command_checks import COMMANDS, SKIPPED
from drop_checks import asks_for_the_mark, counts_development, says_when_to_drop, sees_over_a_peak
from looking import (assert_between, is_shown, live, roast_now, screenshots, standing, tap, text, until,
                     wait_live, wait_marked)
from pilot_checks import follows_a_file
from stop_checks import STOP, a_viewer_decides_nothing
from verdict_checks import a_viewer_judges, compares_without_cases, judges_in_fahrenheit, judges_past_roasts

# Console lines that a cut connection and a missing session leave; the browser writes them itself.
EXPECTED = ("net::ERR_", "401", "Failed to load resource")
console = []


def gather_console(bench):
    """Keeps what the browser has logged so far."""
    console.extend(bench.browser.console())


def asks_who_is_there(bench):
    """Without a session the page says to run roast page and takes a code"""
    bench.browser.look(1280, 800, "light")
    bench.browser.go(bench.url + "/")
    until("the login", 5, lambda: is_shown(bench, "#login"))
    assert "roast page" in text(bench, "#login")
    bench.browser.type("#login input", "no-such-code")
    bench.browser.click("#login button")
    until("the refusal", 5, lambda: text(bench, "#login-problem"))
    bench.browser.screenshot(bench.folder / "login-desktop-light.png")


def takes_the_code(bench):
    """The code of the address lets a person in and leaves the address bar"""
    bench.browser.go(bench.url + "/page/icon.svg")
    bench.browser.run("localStorage.setItem('roast.unit', 'C')")
    bench.browser.go(f"{bench.url}/?code={bench.code}")
    until("live", 10, lambda: (live(bench) or {}).get("connection") == "live")
    assert "code=" not in bench.browser.do("GET", "/url"), "the code is still in the address bar"
    wait_live(bench, 40)
    until(f"a roast of {bench.options.roast_seconds:.0f} s", 45,
          lambda: (roast_now(bench) or 0) > bench.options.roast_seconds)


def shows_numbers(bench):
    """Numbers, levels, state, clock and phases are those of the reading"""
    shown = bench.browser.run("""return new Promise((resolve) => setTimeout(() => {
      const words = (id) => document.getElementById(id).textContent;
      resolve({ live: window.roastPage.live, bean: words('bean'), rise: words('rise'),
        state: words('state'), clock: words('clock'), heater: words('heater') });
    }, 400));""")
    reading = shown["live"]["reading"]
    assert abs(float(shown["bean"]) - reading["bean_celsius"]) < 2, shown["bean"]
    assert abs(float(shown["rise"].replace("−", "-"))
               - reading["rate_of_rise_celsius_per_minute"]) < 3, shown["rise"]
    assert shown["state"] == "Roasting", shown["state"]
    assert shown["heater"] == str(reading["heater_level"]), shown["heater"]
    minutes, seconds = shown["clock"].split(":")
    assert abs(int(minutes) * 60 + int(seconds) - reading["roast_seconds"]) <= 15, shown["clock"]
    assert text(bench, ".phases [data-phase=drying] b") != "–"
    if shown["live"]["simulated"]:
        assert is_shown(bench, "#simulated"), "SIMULATED is not said"


def curve_matches(bench):
    """The points of the curve are those of the API"""
    points = until("the history", 5, lambda: (
        all_points if len(all_points := bench.browser.run("return window.roastPage.points")) > 60
        else None))
    roast = live(bench)["roast"]["id"]
    status, answer = bench.browser.ask("GET", f"/v1/telemetry?roast={roast}&step=0")
    assert status == 200, answer
    told = sorted(zip(answer["seconds"], answer["bean_celsius"], answer["ibts_celsius"]))
    seconds = [row[0] for row in told]
    compared = 0
    for point in points:
        if not seconds[0] <= point["seconds"] <= seconds[-1] or point["bean"] is None:
            continue
        near = min(told, key=lambda row: abs(row[0] - point["seconds"]))
        apart = abs(near[0] - point["seconds"])
        assert apart <= 1.1, f"no reading within {apart:.1f} s of second {point['seconds']:.1f}"
        slack = 0.15 + 2.2 * apart
        assert abs(near[1] - point["bean"]) <= slack, (near, point)
        compared += 1
    assert compared > 60, f"only {compared} points compared"
    # While the daemon was dead nobody heard anything: that hole is there in both.
    holes = [after - before for before, after in zip(seconds, seconds[1:])]
    steps = [after["seconds"] - before["seconds"] for before, after in zip(points, points[1:])]
    allowed = max([5, *(hole + 3 for hole in holes)])
    assert max(steps) < allowed, f"a gap of {max(steps):.1f} s, {allowed:.1f} s allowed"
    paths = bench.browser.run("""return ['bean', 'ibts', 'rise', 'heater', 'fan', 'drum'].filter(
      (name) => (document.querySelector(`#chart path.${name}`)?.getAttribute('d') ?? '').length < 20)""")
    assert not paths, f"not drawn: {paths}"


def forecast_goes_on(bench):
    """The forecast goes on from the last reading in its band, and is not drawn when it cannot be trusted"""
    paths = """return ['bean-ahead', 'bean-band', 'ibts-ahead', 'ibts-band'].map(
      (name) => document.querySelector(`#chart path.${name}`)?.getAttribute('d') ?? '')"""
    until("what comes in the chart", 10, lambda: all(len(path) > 20 for path in bench.browser.run(paths)))
    tip, ahead = bench.browser.run("""const tip = document.querySelector('#chart .tip');
      const [, x, y] = /^M([-\\d.]+) ([-\\d.]+)/.exec(
        document.querySelector('#chart path.bean-ahead').getAttribute('d'));
      return [[+tip.getAttribute('cx'), +tip.getAttribute('cy')], [+x, +y]]""")
    assert 0 <= ahead[0] - tip[0] < 60 and abs(ahead[1] - tip[1]) < 40, (tip, ahead)
    assert text(bench, "#ahead") == "Forecast"
    if bench.fake:
        bench.fake.trust = "bean_probe"
        until("the forecast to go", 5, lambda: not any(bench.browser.run(paths)))
        until("why", 2, lambda: "cannot explain" in text(bench, "#ahead"))
        bench.fake.trust = "trusted"
        until("the forecast to come back", 5, lambda: all(bench.browser.run(paths)))


def button_marks(bench):
    """The first-crack button marks at the second of the tap, and says so at once"""
    before, after = tap(bench, '[data-mark="first_crack"]')
    said = text(bench, "#mark-said")
    assert "First crack marked" in said, said
    found = wait_marked(bench, "first_crack")
    assert_between("first crack", found["seconds"], before - 0.3, after + 0.3)
    _, status = bench.browser.ask("GET", "/v1/status")
    speed, seconds = live(bench)["speed"], status["roast"]["seconds"]
    assert_between("first crack by the daemon's clock", found["seconds"], seconds - 1 - 2 * speed,
                   seconds + 1 + 0.2 * speed)
    until("the button to say so", 5, lambda: "marked" in text(bench, '[data-mark="first_crack"]'))
    until("development to run", 5, lambda: text(bench, ".phases [data-phase=development] b") != "–")


def targets_are_large(bench):
    """Every mark button is at least 64 pixels in both directions, on a phone too"""
    for width in (360, 1280):
        bench.browser.look(width, 740, "light")
        time.sleep(0.4)
        small = bench.browser.run("""return [...document.querySelectorAll('.buttons button')]
          .map((button) => [button.textContent.trim(), button.getBoundingClientRect()])
          .filter(([, box]) => box.width < 64 || box.height < 64).map(([name]) => name)""")
        assert not small, f"too small at {width}: {small}"
        over = bench.browser.run(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{over} pixels too wide at {width}"
    bench.browser.look(1280, 800, "light")


def undo_takes_back(bench):
    """Undo takes the last mark back"""
    until("undo to be offered", 5, lambda: "First crack" in text(bench, "#undo"))
    tap(bench, "#undo")
    until("first crack to be gone", 6, lambda: (standing(bench, "first_crack") or {}).get("source")
          != "marked")
    until("the button to say so", 5,
          lambda: "marked" not in text(bench, '[data-mark="first_crack"]'))


def space_marks_earlier(bench):
    """The space bar marks first crack, and five seconds ago is five seconds earlier"""
    until("no mark", 5, lambda: "marked" not in text(bench, '[data-mark="first_crack"]'))
    bench.browser.click("#earlier")
    before = roast_now(bench)
    bench.browser.key(" ")
    after = roast_now(bench)
    found = wait_marked(bench, "first_crack")
    assert_between("first crack", found["seconds"], before - 5.3, after - 4.7)
    assert bench.browser.run(
        "return document.getElementById('earlier').getAttribute('aria-pressed')") == "false"


def space_types(bench):
    """The space bar types in a field, and marks nothing"""
    count = len(live(bench)["events"])
    bench.browser.type("#next-form [name=title]", "a b")
    time.sleep(0.3)
    value = bench.browser.run("return document.querySelector('#next-form [name=title]').value")
    assert value.endswith("a b"), value
    pending = bench.browser.run("return window.roastPage.pending.length")
    marks = [event for event in live(bench)["events"][count:] if event["source"] == "marked"]
    assert not pending and not marks, "a mark was made while typing"


def saves_the_batch(bench):
    """The next batch's details reach the daemon"""
    title = f"Batch <b>{int(time.time()) % 1000}</b>"
    bench.browser.run("""const form = document.getElementById('next-form');
      form.elements.title.value = arguments[0];
      form.elements.grams_in.value = '412.5';
      form.requestSubmit();""", title)
    until("saved", 5, lambda: text(bench, "#next-form .said") == "Saved")
    status, batch = bench.browser.ask("GET", "/v1/batch")
    assert status == 200 and batch["title"] == title and batch["grams_in"] == 412.5, batch


def stale_looks_stale(bench):
    """A reading that stays away is shown as stale with its age"""
    bench.gate.freeze()
    try:
        words = until("stale", 8, lambda: (
            pill if (pill := text(bench, "#link")).startswith("Stale") else None))
        assert bench.browser.run("return document.body.classList.contains('stale')")
        until("an age that grows", 4, lambda: text(bench, "#link") not in (words, "Live"))
        screenshots(bench, "stale")
    finally:
        bench.gate.open()
    wait_live(bench, 12)
    until("it to look live", 2, lambda: not bench.browser.run(
        "return document.body.classList.contains('stale')"))


def keeps_marks_while_down(bench):
    """A mark made while the daemon is down arrives later with its true time"""
    until("second crack to be free", 3, lambda: (standing(bench, "second_crack") or {}).get("source")
          != "marked")
    bench.down()
    until("not live", 8, lambda: text(bench, "#link") == "Not live")
    assert "Not live" in text(bench, "#banner")
    before, after = tap(bench, '[data-mark="second_crack"]')
    until("the promise", 3, lambda: "will be sent" in text(bench, "#mark-queue"))
    assert bench.browser.run("return window.roastPage.pending.length") == 1
    kept = bench.browser.run(
        "return Object.keys(localStorage).filter((key) => key.startsWith('roast.mark.')).length")
    assert kept == 1, f"{kept} marks in the browser's storage"
    bench.browser.look(390, 844, "dark")
    time.sleep(1.2)
    bench.browser.screenshot(bench.folder / "offline-phone-dark.png")
    bench.browser.look(1280, 800, "light")
    bench.up()
    wait_live(bench, 15)
    found = wait_marked(bench, "second_crack")
    assert_between("second crack", found["seconds"], before - 0.5, after + 0.5)
    if bench.fake:
        assert bench.fake.resumed, "the stream did not go on after Last-Event-ID"
    until("an empty queue", 5, lambda: not bench.browser.run("return window.roastPage.pending.length"))


def curve_is_whole_again(bench):
    """After the connection was lost the curve has no gap and is still the API's"""
    time.sleep(0.6)
    curve_matches(bench)


def says_release(bench):
    """A roaster that was let go of is said, with what to do"""
    status, link = bench.browser.ask("POST", "/v1/link/release", {"minutes": 1})
    assert status == 200, link
    try:
        until("released", 6, lambda: "released" in text(bench, "#link"))
        until("a banner", 4, lambda: is_shown(bench, "#banner") and text(bench, "#banner"))
    finally:
        status, _ = bench.browser.ask("POST", "/v1/link/attach", {})
    assert status == 200
    wait_live(bench, 15)


def refused_marks_say_why(bench):
    """A mark that is refused says why, and can be put away"""
    if not bench.fake:
        return SKIPPED
    bench.fake.marks["first_crack"] = 10_000
    tap(bench, '[data-mark="first_crack_end"]')
    until("the reason", 5, lambda: "not taken" in text(bench, "#mark-queue"))
    assert "before first crack" in text(bench, "#mark-queue")
    bench.browser.click("#mark-queue button")
    until("an empty list", 3, lambda: not text(bench, "#mark-queue"))
    del bench.fake.marks["first_crack"]


def full_disk_is_said(bench):
    """A full disk is said, and a mark is sent again until it is stored"""
    if not bench.fake:
        return SKIPPED
    bench.fake.break_store(True)
    until("the warning", 4, lambda: "disk is full" in text(bench, "#store"))
    tap(bench, '[data-mark="yellowing"]')
    until("the promise", 6, lambda: "will be sent" in text(bench, "#mark-queue"))
    bench.browser.go(bench.url + "/")
    wait_live(bench)
    assert bench.browser.run("return window.roastPage.pending.length") == 1, "lost by a reload"
    bench.fake.break_store(False)
    wait_marked(bench, "yellowing")
    keys = [mark["key"] for mark in bench.fake.mark_log]
    assert len(keys) == len(set(keys)), "a mark was stored twice"


def says_what_is_near(bench):
    """What is near is said, and heard once sounds are on"""
    bench.browser.click("#sound")
    until("on", 2, lambda: text(bench, "#sound") == "Sound off")
    bench.browser.run("""const { reading } = window.roastPage.live;
      const field = document.querySelector('#targets-form [name=first_crack]');
      field.value = reading.bean_celsius + reading.rate_of_rise_celsius_per_minute / 60 * 8;
      field.dispatchEvent(new Event('change', { bubbles: true }));""")
    until("the words", 3, lambda: text(bench, "#coming").startswith("First crack in about 0:"))
    until("the sound", 3, lambda: bench.browser.run("return window.roastPage.told") == ["first_crack"])
    bench.browser.run("""const field = document.querySelector('#targets-form [name=first_crack]');
      field.value = 187;
      field.dispatchEvent(new Event('change', { bubbles: true }));""")
    bench.browser.click("#sound")


def alarms_are_told(bench):
    """An anomaly is listed, announced at once and heard, and says what to do"""
    if not bench.fake:
        return SKIPPED
    bench.browser.click("#sound")
    second = bench.fake.second()
    bench.fake.publish("event", bench.fake.event(
        second, "anomaly", "anomaly", "estimated", {"anomaly": "probe_open"},
        script.batch_of(second)[0]))
    until("the announcement", 3, lambda: "check its plug" in text(bench, "#alarm-announcer"))
    until("it above the numbers", 3, lambda: is_shown(bench, "#alarm"))
    until("the list", 3, lambda: "check its plug" in text(bench, "#events .alarm"))
    assert bench.browser.run("return window.roastPage.told") == ["alarm"]
    bench.browser.click("#sound")


def unit_switches(bench):
    """The unit switches to Fahrenheit and stays so over a reload"""
    bench.browser.click("#unit")
    bench.browser.go(bench.url + "/")
    wait_live(bench)
    assert text(bench, "#unit") == "°F"
    until("a number", 3, lambda: text(bench, "#bean") != "–")
    fahrenheit = live(bench)["reading"]["bean_celsius"] * 1.8 + 32
    assert abs(float(text(bench, "#bean")) - fahrenheit) < 6, text(bench, "#bean")
    bench.browser.click("#unit")


def follows_the_daemons_unit(bench):
    """The daemon's unit is shown until a person chooses another"""
    if not bench.fake:
        return SKIPPED
    bench.browser.run("localStorage.removeItem('roast.unit')")
    bench.fake.unit = "F"
    bench.browser.go(bench.url + "/")
    wait_live(bench)
    until("the daemon's unit", 3, lambda: text(bench, "#unit") == "°F")
    until("a number", 3, lambda: text(bench, "#bean") != "–")
    fahrenheit = live(bench)["reading"]["bean_celsius"] * 1.8 + 32
    assert abs(float(text(bench, "#bean")) - fahrenheit) < 6, text(bench, "#bean")
    bench.browser.click("#unit")
    bench.browser.go(bench.url + "/")
    wait_live(bench)
    assert text(bench, "#unit") == "°C", "what a person chose comes before the daemon's"


def sounds_play(bench):
    """Every sound has a test, and one tap switches sounds on"""
    bench.browser.click("#sound")
    until("on", 2, lambda: text(bench, "#sound") == "Sound off")
    names = bench.browser.run(
        "return [...document.querySelectorAll('#sound-tests button')].map((b) => b.textContent)")
    assert len(names) == len(set(names)) == 7, names
    bench.browser.click("#sound-tests button")
    bench.browser.click("#sound")


def events_look_alike(bench):
    """An event of a level is a line like any other, not a button"""
    until("such an event", 5, lambda: bench.browser.run("return document.querySelector('#events .level') !== null"))
    looks = bench.browser.run("""return [...document.querySelectorAll('#events li')].map((item) =>
      [getComputedStyle(item).borderRadius, getComputedStyle(item, '::after').content].join())""")
    assert set(looks) == {"0px,none"}, looks


def overlays_two(bench):
    """Two past roasts are laid over each other, with figures, findings and files"""
    rows = until("past roasts", 5, lambda: bench.browser.run(
        "return [...document.querySelectorAll('[data-roast]')].map((box) => box.dataset.roast)"))
    if len(rows) < 2:
        return SKIPPED
    for row in rows[-2:]:
        bench.browser.run("document.querySelector(`[data-roast='${arguments[0]}']`).click()", row)
    until("both curves", 5, lambda: bench.browser.run("""return ['bean', 'bean-reference'].every((name) =>
      (document.querySelector(`#comparison-chart path.${name}`)?.getAttribute('d') ?? '').length > 20)"""))
    assert bench.browser.run("return document.querySelectorAll('#figures thead th').length") == 2
    links = bench.browser.run("return [...document.querySelectorAll('#exports a')].map((a) => a.href)")
    assert len(links) == 6, links
    heads = bench.browser.run(
        "return [...document.querySelectorAll('#findings h3')].map((head) => head.textContent)")
    assert len(heads) == 2 and all(": " in head for head in heads), heads
    screenshots(bench, "past", "#past")
    if bench.fake:
        assert "Kenya <Nyeri> & Co" in text(bench, "#roasts"), "not shown as it was written"
        count = len(rows)
        bench.browser.click("#more")
        until("more roasts", 4, lambda: bench.browser.run(
            "return document.querySelectorAll('[data-roast]').length") > count)


def looks_good(bench):
    """Screenshots of the live roast are kept, phone and desktop, light and dark"""
    if bench.fake:
        bench.fake.jump(script.BEGAN + 425)
        until("another run", 8, lambda: (roast_now(bench) or 0) > 425)
    wait_live(bench)
    time.sleep(0.7)
    screenshots(bench, "live")
    screenshots(bench, "cards", ".cards")
    bench.browser.look(1280, 800, "light")


def goes_on_to_the_next(bench):
    """After the daemon restarts while it preheats the page shows preheating, and no roast to mark"""
    if not bench.fake:
        return SKIPPED
    bench.fake.jump(script.PREHEAT - 30)
    until("preheating", 8, lambda: text(bench, "#state") == "Preheating")
    until("the reason", 3, lambda: "once the roast has begun" in text(bench, "#mark-reason"))
    until("ready to be announced", 15, lambda: "Ready" in text(bench, "#announcer"))
    screenshots(bench, "preheat")


def a_viewer_may_look(bench):
    """A viewer sees the roast and may not mark, with the reason"""
    if bench.options.viewer_code_by:
        bench.viewer_code = subprocess.run(
            bench.options.viewer_code_by, shell=True, timeout=20, check=True, text=True,
            stdout=subprocess.PIPE).stdout.strip()
    if not bench.viewer_code:
        return SKIPPED
    if bench.fake:
        bench.fake.jump(script.BEGAN + 300)
    bench.browser.ask("DELETE", "/v1/session")
    gather_console(bench)
    bench.browser.go(f"{bench.url}/?code={bench.viewer_code}")
    wait_live(bench)
    until("the reason", 4, lambda: "viewer" in text(bench, "#mark-reason"))
    assert bench.browser.run(
        "return [...document.querySelectorAll('.buttons button')].every((b) => b.disabled)")


def names_everything(bench):
    """Every control has a name, every landmark of the page too, and the chart says itself in words"""
    nameless = bench.browser.run("""return [...document.querySelectorAll('button, input, textarea, a')]
      .filter((node) => !(node.textContent.trim() || node.getAttribute('aria-label')
        || node.labels?.length)).map((node) => node.outerHTML)""")
    assert not nameless, nameless
    assert bench.browser.run("return document.querySelectorAll('main:not([hidden])').length") == 1
    assert "BT" in bench.browser.run("return document.getElementById('chart').getAttribute('aria-label')")


def logs_no_errors(bench):
    """The browser's console has no error of the page"""
    gather_console(bench)
    errors = [line["message"] for line in console if line["level"] == "SEVERE"
              and not (line["source"] == "network" and any(word in line["message"] for word in EXPECTED))]
    assert not errors, errors


ALL = [
    asks_who_is_there, takes_the_code, shows_numbers, curve_matches, forecast_goes_on, says_when_to_drop,
    sees_over_a_peak, asks_for_the_mark, says_what_is_near, button_marks, counts_development,
    undo_takes_back, space_marks_earlier, stale_looks_stale, keeps_marks_while_down,
    curve_is_whole_again, says_release,
    refused_marks_say_why, full_disk_is_said, space_types, saves_the_batch, unit_switches,
    follows_the_daemons_unit, sounds_play,
    alarms_are_told, targets_are_large, events_look_alike, overlays_two, judges_past_roasts,
    judges_in_fahrenheit, compares_without_cases, looks_good, names_everything, goes_on_to_the_next,
    # Over a real daemon the roast goes on until STOP is held.
    *COMMANDS, follows_a_file, *STOP, a_viewer_may_look, a_viewer_judges, a_viewer_decides_nothing, logs_no_errors,
]
ALWAYS = [takes_the_code]
