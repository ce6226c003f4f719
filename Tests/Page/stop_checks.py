"""What the red button must do, and what a viewer is told."""

import time

from command_checks import SKIPPED, at_level, autonomy, card, pilot_wants, status_of, wait_card
from looking import is_shown, live, screenshots, text, until, wait_live


def is_stopped(bench):
    return autonomy(bench)["abort"]["latched"]


def wants_to_be_held(bench):
    """A tap on STOP, and one let go early, stop nothing and say to hold"""
    for selector, act in (("finger", lambda: bench.browser.hold("#stop", 0.4)),
                          ("space bar", lambda: bench.browser.hold_key("#stop", " ", 0.4))):
        bench.browser.run("document.getElementById('stop-hint').hidden = true")
        act()
        until(f"the hint after the {selector}", 2, lambda: "one second" in text(bench, "#stop-hint")
              and is_shown(bench, "#stop-hint"))
        assert not is_stopped(bench), f"stopped by a short {selector}"
    time.sleep(1.2)
    assert not is_stopped(bench) and not is_shown(bench, "#stopped")


def reset(bench):
    """As a person does it."""
    bench.browser.click("#reset-open")
    bench.browser.type("#reset-form input", "looked, all is well")
    bench.browser.click("#reset-form button")
    until("the end of the latch", 5, lambda: not is_shown(bench, "#stopped"))
    assert not is_stopped(bench)


def stops_when_held(bench):
    """STOP held for a second takes the heat away, says what to do, and latches until it is reset"""
    if bench.fake:
        at_level(bench, "L3")
        number = pilot_wants(bench)
        wait_card(bench, number, "pending_approval")
    bench.browser.hold("#stop", 1.3)
    until("the panel", 3, lambda: is_shown(bench, "#stopped"))
    until("the latch", 5, lambda: is_stopped(bench))
    until("the advice", 3, lambda: "panel" in text(bench, "#advice"))
    until("heater 0", 15, lambda: "heater 0" in text(bench, "#stopped-title"))
    assert text(bench, "#stop-under") == "stopped"
    assert text(bench, "#level-rule") == "nothing is sent"
    if bench.fake:
        assert status_of(bench, number) == "aborted"
        assert len(bench.fake.desk.aborts) == 1, bench.fake.desk.aborts
    screenshots(bench, "stopped")
    status, answer = bench.browser.ask(
        "POST", "/v1/proposals", {"kind": "fan", "level": 5, "because": "in spite of the latch"})
    assert status == 422, answer
    bench.browser.go(bench.url + "/")
    wait_live(bench)
    until("it after a reload", 5, lambda: is_shown(bench, "#stopped") and text(bench, "#advice"))
    reset(bench)


def stops_by_key(bench):
    """STOP is held by the space bar and by Enter too, and marks nothing by that"""
    for key in (" ", "\ue007"):
        marks = len([event for event in live(bench)["events"] if event["source"] == "marked"])
        bench.browser.hold_key("#stop", key, 1.3)
        until(f"the latch by {key!r}", 5, lambda: is_stopped(bench))
        until("the panel", 3, lambda: is_shown(bench, "#reset-open"))
        assert marks == len([event for event in live(bench)["events"] if event["source"] == "marked"])
        assert not bench.browser.run("return window.roastPage.pending.length")
        reset(bench)


def tells_of_fire(bench):
    """With fire it says what to do about fire"""
    bench.browser.hold("#stop", 1.3)
    until("the question", 5, lambda: is_shown(bench, "#fire"))
    bench.browser.click("#fire")
    until("the advice", 5, lambda: "plug" in text(bench, "#advice") and "Fire" in text(bench, "#advice"))
    assert autonomy(bench)["abort"]["fire"]
    reset(bench)


def stops_without_an_answer(bench):
    """While the daemon is away STOP says loudly that nothing was stopped, and stops when it is back"""
    bench.down()
    until("not live", 8, lambda: text(bench, "#link") == "Not live")
    bench.browser.hold("#stop", 1.3)
    until("it said loudly", 5, lambda: "Not stopped" in text(bench, "#stopped-title"))
    assert "plug" in text(bench, "#advice"), text(bench, "#advice")
    bench.browser.look(390, 844, "dark")
    time.sleep(0.6)
    bench.browser.screenshot(bench.folder / "unanswered-phone-dark.png")
    bench.browser.look(1280, 800, "light")
    bench.up()
    until("it stopped", 12, lambda: text(bench, "#stop-under") == "stopped")
    wait_live(bench, 15)
    assert is_stopped(bench)
    reset(bench)


def asks_a_screen_reader_twice(bench):
    """A press without a finger or key, as of a screen reader, stops at the second time"""
    bench.browser.run("document.getElementById('stop').click()")
    until("the question", 2, lambda: "again" in text(bench, "#stop-hint"))
    assert not is_stopped(bench)
    bench.browser.run("document.getElementById('stop').click()")
    until("the latch", 5, lambda: is_stopped(bench))
    until("the panel", 3, lambda: is_shown(bench, "#reset-open"))
    reset(bench)


def a_viewer_decides_nothing(bench):
    """A viewer sees what is asked, decides nothing, and is told that STOP is not his"""
    role = (live(bench) or {}).get("caller", {}).get("role")
    if role != "viewer":
        return SKIPPED
    if bench.fake:
        at_level(bench, "L3")
        number = pilot_wants(bench)
        wait_card(bench, number, "pending_approval")
        assert not bench.browser.run("return document.querySelector(arguments[0])", card(number, "button"))
    bench.browser.click("#level")
    until("the form", 3, lambda: is_shown(bench, "#level-away"))
    assert bench.browser.run("return document.getElementById('level-set').disabled")
    bench.browser.click("#level-away")
    bench.browser.hold("#stop", 1.3)
    until("it said", 4, lambda: text(bench, "#stopped-title") == "Not stopped from here")
    assert "panel" in text(bench, "#advice")
    bench.browser.click("#stop-away")
    assert not is_shown(bench, "#stopped")


STOP = [
    wants_to_be_held, stops_when_held, stops_by_key, tells_of_fire, asks_a_screen_reader_twice,
    stops_without_an_answer,
]
