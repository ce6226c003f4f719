"""What the page must do about commands: the level, decisions, alarms, presence, history."""

import time

import scripted_roast as script
from looking import is_shown, live, screenshots, text, until, wait_live

SKIPPED = "skipped"
PILOT = {"kind": "agent", "name": "pilot"}
SIZES = ((360, 740), (390, 844), (820, 1180), (1280, 800))


def needs_stand_in(check):
    """A check that only the stand-in can pass: it needs a pilot, an alarm or another speed."""
    def checked(bench):
        return check(bench) if bench.fake else SKIPPED
    checked.__doc__, checked.__name__ = check.__doc__, check.__name__
    return checked


def autonomy(bench):
    """How the daemon says it stands."""
    status, standing = bench.browser.ask("GET", "/v1/autonomy")
    assert status == 200, standing
    return standing


def proposals(bench, query=""):
    status, answer = bench.browser.ask("GET", f"/v1/proposals{query}")
    assert status == 200, answer
    return answer["proposals"]


def status_of(bench, number):
    return next((row["status"] for row in proposals(bench, "?limit=200") if row["id"] == number), None)


def card(number, part=""):
    return f".proposal[data-proposal='{number}'] {part}".strip()


def wait_card(bench, number, status):
    """The card, once it says so and lies still, so that a tap on it counts."""
    until(f"a card of {number} as {status}", 6, lambda: bench.browser.run(
        "return document.querySelector(arguments[0])?.dataset.status ?? null", card(number)) == status)
    time.sleep(0.7)


def in_sight(bench, selector):
    """Whether its middle is on the screen and nothing lies over it."""
    return bench.browser.run("""const node = document.querySelector(arguments[0]);
      const box = node.getBoundingClientRect();
      const x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
      return box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight
        && node.contains(document.elementFromPoint(x, y));""", selector)


def set_level(bench, level, because="a check"):
    """As a person does it: the pill, the level, a reason, Set."""
    if not is_shown(bench, "#level-form"):
        bench.browser.click("#level")
    until("the form", 3, lambda: is_shown(bench, "#level-form"))
    bench.browser.click(f"#level-form [value='{level}']")
    bench.browser.run("document.querySelector('#level-form [name=because]').value = ''")
    bench.browser.type("#level-form [name=because]", because)
    bench.browser.click("#level-set")


def at_level(bench, level):
    """The stand-in, in the middle of a roast, at this level and with nothing on the desk."""
    with bench.fake.lock:
        bench.fake.jump(script.BEGAN + 275)
        bench.fake.desk.level = level
    until("that run", 8, lambda: (bench.browser.run("return window.roastPage.governed.standing") or {})
          .get("level") == level and (live(bench) or {}).get("isLive"))


def pilot_wants(bench, kind="heater", level=7, because="the rise falls too fast", **more):
    with bench.fake.lock:
        return bench.fake.desk.propose(PILOT, {"kind": kind, "level": level, "because": because, **more})["id"]


def keeps_stop_in_sight(bench):
    """STOP, the level and how live it is are in sight at every size, wherever one has scrolled"""
    try:
        for width, height in SIZES:
            bench.browser.look(width, height, "light")
            for place in ("0", "document.documentElement.scrollHeight"):
                bench.browser.run(f"scrollTo({{ top: {place}, behavior: 'instant' }})")
                time.sleep(0.3)
                for selector in ("#stop", "#level", "#link"):
                    assert in_sight(bench, selector), f"{selector} at {width} x {height}, {place}"
            box = bench.browser.run("""const { width, height } = document.getElementById('stop')
              .getBoundingClientRect(); return [width, height]""")
            assert min(box) >= 64, f"STOP is {box} at {width}"
    finally:
        bench.browser.run("scrollTo({ top: 0, behavior: 'instant' })")
        bench.browser.look(1280, 800, "light")


def sets_the_level(bench):
    """The level is said in the bar, and a person sets it with a reason"""
    shown, held = text(bench, "#level-name"), autonomy(bench)["level"]
    assert shown == held == "L1", (shown, held, bench.browser.run("return window.roastPage.governed"))
    assert "panel" in text(bench, "#level-rule"), text(bench, "#level-rule")
    bench.browser.click("#level")
    bench.browser.click("#level-form [value='L3']")
    bench.browser.run("document.querySelector('#level-form [name=because]').value = ''")
    bench.browser.click("#level-set")
    time.sleep(0.5)
    assert autonomy(bench)["level"] == "L1", "set without a reason"
    screenshots(bench, "level")
    set_level(bench, "L3")
    until("L3 in the bar", 4, lambda: text(bench, "#level-name") == "L3")
    assert text(bench, "#level-rule") == "you approve"
    assert not is_shown(bench, "#level-form")
    assert autonomy(bench)["level"] == "L3"


def borrows_a_level(bench):
    """A level that is not earned says what is missing, and is lent for some minutes"""
    set_level(bench, "L4")
    until("the reasons", 5, lambda: is_shown(bench, "#override") and text(bench, "#reasons"))
    assert autonomy(bench)["level"] == "L3"
    bench.browser.type("#level-form [name=minutes]", "30")
    bench.browser.click("#level-set")
    until("L4 in the bar", 4, lambda: text(bench, "#level-name") == "L4")
    assert "veto" in text(bench, "#level-rule") and "at most" in text(bench, "#level-who")
    left = autonomy(bench)["override_seconds"]
    assert 0 < left <= 1800, left
    set_level(bench, "L3")
    until("L3 in the bar", 4, lambda: text(bench, "#level-name") == "L3")


def approves_what_is_asked(bench):
    """What is proposed is shown with who and why, is approved by a tap, runs, and is seen confirmed"""
    if bench.fake:
        at_level(bench, "L3")
    fan = live(bench)["reading"]["fan_level"]
    wanted = fan + 1 if fan < 12 else fan - 1
    status, proposal = bench.browser.ask(
        "POST", "/v1/proposals", {"kind": "fan", "level": wanted, "because": "chaff <b>sticks</b>"})
    assert status == 201, proposal
    number = proposal["id"]
    wait_card(bench, number, "pending_approval")
    assert f"Fan {fan} → {wanted}" == text(bench, card(number, "h2"))
    assert "chaff <b>sticks</b>" in text(bench, card(number, ".why"))
    assert "to decide" in text(bench, card(number, ".left"))
    until("it to be announced", 2, lambda: "asks for approval" in text(bench, "#announcer"))
    seconds = [text(bench, card(number, ".left b"))]
    until("the countdown to fall", 3, lambda: text(bench, card(number, ".left b")) != seconds[0])
    bench.browser.click(card(number, "[data-decision=approve]"))
    until("it to be done", 15, lambda: "Done" in text(bench, card(number, ".status")))
    assert f"{fan} → {wanted}" in text(bench, card(number, ".status"))
    until("the level to be read", 4, lambda: text(bench, "#fan") == str(wanted))
    assert status_of(bench, number) == "completed"
    until("the card to leave", 12, lambda: not bench.browser.run(
        "return document.querySelector(arguments[0])", card(number)))


def fills_a_finger(bench):
    """The buttons of a card are at least 64 pixels high on a phone, and all of it is on the screen"""
    number = pilot_wants(bench)
    wait_card(bench, number, "pending_approval")
    bench.browser.look(390, 844, "light")
    time.sleep(0.5)
    try:
        heights = bench.browser.run("""return [...document.querySelectorAll('.proposal button, .alarm-row button')]
          .map((button) => button.getBoundingClientRect().height)""")
        assert heights and min(heights) >= 64, heights
        for selector in (card(number, "[data-decision=approve]"), card(number, "[data-decision=reject]"),
                         "#bean", "[data-mark=first_crack]"):
            assert in_sight(bench, selector), f"{selector} is not in sight on a phone"
    finally:
        bench.browser.look(1280, 800, "light")


def shows_a_pilots_wish(bench):
    """A pilot's proposal is shown with its rehearsal and rejected by a tap"""
    at_level(bench, "L3")
    fills_a_finger(bench)
    number = pilot_wants(bench, level=8)
    wait_card(bench, number, "pending_approval")
    assert text(bench, card(number, ".who")) == "pilot · L3"
    assert "No rule speaks against it" in text(bench, card(number, ".verdict"))
    assert "BT" in text(bench, card(number, "figcaption"))
    drawn = bench.browser.run("return document.querySelector(arguments[0])?.getAttribute('d').length ?? 0",
                              card(number, ".forecast path.bean"))
    assert drawn > 500, f"{drawn} letters of curve"
    screenshots(bench, "approval")
    bench.browser.click(card(number, "[data-decision=reject]"))
    until("it to be rejected", 4, lambda: status_of(bench, number) == "rejected")
    until("the card to say so", 3, lambda: "Rejected" in text(bench, card(number, ".status")))


def wants_the_words(bench):
    """What needs a person's word cannot be approved before it is ticked"""
    at_level(bench, "L3")
    number = pilot_wants(bench, "begin_cooling", None, "15 % development")
    wait_card(bench, number, "pending_approval")
    approve = card(number, "[data-decision=approve]")
    disabled = "return document.querySelector(arguments[0]).disabled"
    assert bench.browser.run(disabled, approve), "approved without the word"
    assert "door is open" in text(bench, card(number, ".words"))
    screenshots(bench, "words")
    bench.browser.click(card(number, ".words label"))
    assert not bench.browser.run(disabled, approve)
    bench.browser.click(approve)
    until("it to be done", 8, lambda: status_of(bench, number) == "completed")


def says_what_speaks_against_it(bench):
    """An approval that a rule refuses says which, and the card stays"""
    at_level(bench, "L3")
    number = pilot_wants(bench)
    wait_card(bench, number, "pending_approval")
    with bench.fake.lock:
        bench.fake.desk.trip("bean_too_hot")
    until("the trip", 3, lambda: "bean too hot" in text(bench, "#stopped-title"))
    bench.browser.click(card(number, "[data-decision=approve]"))
    until("the reason", 4, lambda: "a trip is latched" in text(bench, card(number, ".problem")))
    until("the rule", 2, lambda: "I2" in text(bench, card(number, ".verdict")))
    assert status_of(bench, number) == "pending_approval"


def expires_in_sight(bench):
    """What nobody decides is said to have expired"""
    at_level(bench, "L3")
    number = pilot_wants(bench, expires_seconds=8)
    until("it to expire", 6, lambda: "Expired" in text(bench, card(number, ".status")))
    assert not bench.browser.run("return document.querySelector(arguments[0])", card(number, "button"))


def ignores_a_tap_on_what_moves(bench):
    """A tap that comes while a card has just appeared decides nothing"""
    at_level(bench, "L3")
    bench.browser.run("""window.tapped = false;
      const watch = setInterval(() => {
        const button = document.querySelector('.proposal [data-decision=approve]');
        if (!button) return;
        clearInterval(watch);
        button.click();
        window.tapped = true;
      }, 10);""")
    number = pilot_wants(bench)
    until("the tap", 4, lambda: bench.browser.run("return window.tapped"))
    time.sleep(0.3)
    assert status_of(bench, number) == "pending_approval", "decided by a card that slid under the finger"
    assert "moved" in text(bench, card(number, ".problem"))


def adopts_what_is_recommended(bench):
    """At L2 a person adopts what a pilot recommends"""
    at_level(bench, "L2")
    number = pilot_wants(bench)
    wait_card(bench, number, "recommended")
    assert text(bench, "#level-rule") == "you adopt"
    bench.browser.click(card(number, "[data-decision=adopt]"))
    until("it to be done", 8, lambda: status_of(bench, number) == "completed")


def proposes_from_the_page(bench):
    """A person taps a level, another one and why, and confirms it on its card"""
    if bench.fake:
        at_level(bench, "L3")
    reading = live(bench)["reading"]
    fan = reading["fan_level"]
    known = [row["id"] for row in proposals(bench)]
    until("the level to be a button", 3, lambda: is_shown(bench, "[data-steer=fan]"))
    bench.browser.click("[data-steer=fan]")
    until("the form", 2, lambda: is_shown(bench, "#steer"))
    assert bench.browser.run("return document.querySelector('#steer-why button').disabled"), "to the same level"
    bench.browser.click("#steer-up" if fan < 12 else "#steer-down")
    screenshots(bench, "steer")
    bench.browser.click("#steer-why button")
    number = until("the proposal", 4, lambda: next(
        (row["id"] for row in proposals(bench) if row["id"] not in known), None))
    wait_card(bench, number, "pending_approval")
    assert not is_shown(bench, "#steer")
    bench.browser.click(card(number, "[data-decision=approve]"))
    until("it to be done", 15, lambda: status_of(bench, number) == "completed")


def vetoes_in_time(bench):
    """At L4 a veto stops what would run, and without one it runs"""
    at_level(bench, "L4")
    time.sleep(1)
    assert "no pilot yet" in text(bench, "#level-who")
    number = pilot_wants(bench)
    wait_card(bench, number, "awaiting_veto")
    assert "until it runs" in text(bench, card(number, ".left"))
    until("the pilot to be named", 3, lambda: "pilot steers" in text(bench, "#level-who"))
    bench.browser.screenshot(bench.folder / "veto-desktop-light.png")
    bench.browser.click(card(number, "[data-decision=veto]"))
    until("it to be vetoed", 3, lambda: status_of(bench, number) == "vetoed")
    time.sleep(4.5)
    assert status_of(bench, number) == "vetoed"
    other = pilot_wants(bench, level=5)
    wait_card(bench, other, "awaiting_veto")
    until("it to run unasked", 8, lambda: status_of(bench, other) == "completed")
    third = pilot_wants(bench, level=6)
    wait_card(bench, third, "awaiting_veto")
    bench.browser.click(card(third, "[data-decision=approve]"))
    until("it to run early", 2.5, lambda: status_of(bench, third) in ("executing", "completed"))


def says_and_hears_alarms(bench):
    """An alarm is said with what to do, sounds until it is acknowledged, and leaves when it is over"""
    at_level(bench, "L3")
    bench.browser.click("#sound")
    # What is told of the roast meanwhile does not count.
    def heard():
        return bench.browser.run("return window.roastPage.told").count("alarm")

    before = heard()
    with bench.fake.lock:
        number = bench.fake.desk.alarm(
            "rise_high", "The beans heat up too fast.", "Lower the heater, or be ready to drop the beans.")
    until("the banner", 3, lambda: "heat up too fast" in text(bench, "#alarms"))
    assert "Lower the heater" in text(bench, "#alarms") and in_sight(bench, ".alarm-row button")
    assert "Lower the heater" in text(bench, "#alarm-announcer")
    until("its sound", 1, lambda: heard() == before + 1)
    time.sleep(4)
    assert heard() == before + 1, "it does not pause"
    until("it to sound again", 10, lambda: heard() == before + 2)
    screenshots(bench, "alarm")
    bench.browser.click(".alarm-row button")
    sounded = heard()
    until("it to be acknowledged", 3, lambda: bench.fake.desk.alarms[number]["acknowledged_by"] == "page")
    until("it to be said", 3, lambda: "heard by page" in text(bench, "#alarms"))
    assert is_shown(bench, ".alarm-row"), "an alarm that stands was hidden"
    with bench.fake.lock:
        bench.fake.desk.end_alarm(number)
    until("the end", 3, lambda: not is_shown(bench, "#alarms")
          and not bench.browser.run("return document.querySelector('.alarm-row')"))
    time.sleep(9)
    assert heard() == sounded, f"it went on: {heard() - sounded} times"
    bench.browser.click("#sound")


def keeps_what_is_newer(bench):
    """An alarm and a level that are told while an older answer is on its way are kept"""
    at_level(bench, "L3")
    bench.fake.slow_answer = 1.5
    try:
        bench.gate.shut()
        until("not live", 8, lambda: text(bench, "#link") == "Not live")
        bench.gate.open()
        until("the question", 10, lambda: bench.fake.slow_answer is None)
        with bench.fake.lock:
            bench.fake.desk.alarm("board_hot", "The control board is hot.", "Give it time to cool.")
            bench.fake.desk.change_level("L2")
        until("the alarm", 3, lambda: "control board" in text(bench, "#alarms"))
        time.sleep(2.5)
        assert "control board" in text(bench, "#alarms"), "an older answer took the alarm away"
        assert text(bench, "#level-name") == "L2", "an older answer took the level back"
    finally:
        bench.fake.slow_answer = None
        bench.gate.open()


def says_that_the_level_fell(bench):
    """A level that is lowered by itself is said in the bar and as an alarm with the reason"""
    at_level(bench, "L4")
    number = pilot_wants(bench)
    wait_card(bench, number, "awaiting_veto")
    with bench.fake.lock:
        bench.fake.desk.lower("no person is present")
    until("L3 in the bar", 3, lambda: text(bench, "#level-name") == "L3")
    until("the reason", 3, lambda: "no person is present" in text(bench, "#alarms"))
    wait_card(bench, number, "pending_approval")
    assert "to decide" in text(bench, card(number, ".left"))


def tells_of_a_person(bench):
    """A touch tells that a person is there, once a minute, and not without a touch for three"""
    fake = bench.fake
    speed = fake.speed
    try:
        fake.speed = 20
        at_level(bench, "L3")
        bench.browser.go(bench.url + "/")
        wait_live(bench)
        fake.desk.presences.clear()
        time.sleep(4)
        assert not fake.desk.presences, "told of a person without a touch"
        bench.browser.click(".bar h1")
        until("the sign of life", 2, lambda: fake.desk.presences)
        for _ in range(3):
            bench.browser.click(".bar h1")
        assert len(fake.desk.presences) == 1, "told twice in a minute"
        touched = time.monotonic()
        until("the next one", 6, lambda: len(fake.desk.presences) > 1)
        apart = fake.desk.presences[1] - fake.desk.presences[0]
        assert apart >= 55, f"told again after {apart:.0f} s"
        time.sleep(max(0, 11 - (time.monotonic() - touched)))
        count = len(fake.desk.presences)
        time.sleep(5)
        assert len(fake.desk.presences) == count, "still told three minutes after the last touch"
    finally:
        fake.speed = speed
        fake.jump(script.BEGAN + 200)
        wait_live(bench)


def lets_a_pilot_fly(bench):
    """A pilot is started from the page, says what it thinks, is heard, and is stopped"""
    choices = "return [...document.querySelectorAll('#pilot-form [name=roast] option')].length"
    until("a roast to follow", 5, lambda: bench.browser.run(choices) > 0)
    bench.browser.click("#pilot-start")
    until("the pilot", 10, lambda: is_shown(bench, "#pilot")
          and "advises" in text(bench, "#pilot-who"))
    assert not is_shown(bench, "#pilot-form"), "a second one could be started"
    if bench.fake:
        bench.browser.click("#sound")
        bench.fake.pilot_says("advise", "fan 3 to 4: at P5 BT would be 2.0 C over the course")
        until("its word", 3, lambda: "fan 3 to 4" in text(bench, "#pilot-word"))
        until("it said", 3, lambda: "fan 3 to 4" in text(bench, "#announcer"))
        until("its sound", 3, lambda: "pilot" in bench.browser.run("return window.roastPage.told"))
        bench.browser.click("#sound")
    bench.browser.click("#pilot-stop")
    until("it is stopped", 10, lambda: any(
        words in text(bench, "#pilot-who") for words in ("being stopped", "has ended")))
    if not bench.fake:
        until("its end", 10, lambda: "has ended" in text(bench, "#pilot-who"))
        until("the form again", 3, lambda: is_shown(bench, "#pilot-form"))


def lists_what_was(bench):
    """The history shows what became of each, by status, actor and kind, a page at a time"""
    at_level(bench, "L3")
    with bench.fake.lock:
        desk = bench.fake.desk
        for index in range(23):
            actor = PILOT if index % 2 else {"kind": "person", "name": "page"}
            made = desk.propose(actor, {"kind": "fan" if index % 3 else "heater", "level": 5,
                                        "because": f"wish {index}"})
            desk.decide(made["id"], "reject", {"name": "page"}, {})
    rows = "return document.querySelectorAll('#history-rows li').length"
    until("a page of them", 6, lambda: bench.browser.run(rows) == 20)
    assert "wish 22" in text(bench, "#history-rows li")
    screenshots(bench, "history", "#history")
    bench.browser.click("#history-more")
    until("the rest", 4, lambda: bench.browser.run(rows) == 23)
    choose = """const field = document.querySelector(`#history-form [name=${arguments[0]}]`);
      field.value = arguments[1]; field.dispatchEvent(new Event('change', { bubbles: true }));"""
    bench.browser.run(choose, "actor", "agent")
    until("those of pilots", 4, lambda: bench.browser.run(rows) == 11)
    bench.browser.run(choose, "kind", "heater")
    until("those of the heater", 4, lambda: bench.browser.run(rows) == 4)
    bench.browser.run(choose, "status", "completed")
    until("none", 4, lambda: is_shown(bench, "#no-history"))
    for name in ("actor", "kind", "status"):
        bench.browser.run(choose, name, "")


COMMANDS = [
    keeps_stop_in_sight, sets_the_level, borrows_a_level, approves_what_is_asked, proposes_from_the_page,
    *map(needs_stand_in, [
        shows_a_pilots_wish, wants_the_words, says_what_speaks_against_it, expires_in_sight,
        ignores_a_tap_on_what_moves, adopts_what_is_recommended, vetoes_in_time,
        says_and_hears_alarms, keeps_what_is_newer, says_that_the_level_fell, tells_of_a_person, lists_what_was,
        lets_a_pilot_fly]),
]
