"""What the page must do with a pilot that is to follow a file."""

import json
import pathlib
import tempfile

from looking import is_shown, text, until

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "Specs/golden/medium-400.json"


def choose(bench, path):
    bench.browser.run("document.getElementById('pilot-form').scrollIntoView({block: 'center'})")
    bench.browser.type("#pilot-form [name=file]", str(path))


def end(bench):
    """The stand-in's pilot ends when it is told to."""
    if bench.fake and bench.fake.pilot:
        with bench.fake.lock:
            bench.fake.pilot = {**bench.fake.pilot, "state": "ended"}
            bench.fake.publish("pilot", bench.fake.pilot)


def stop(bench):
    bench.browser.click("#pilot-stop")
    until("it is stopped", 10, lambda: any(
        words in text(bench, "#pilot-who") for words in ("being stopped", "has ended")))
    end(bench)
    until("the form after it", 15, lambda: is_shown(bench, "#pilot-form"))


def follows_a_file(bench):
    """A pilot follows a target file from the page; a wrong one is refused with the place of its mistake"""
    bench.browser.look(1280, 800, "light")
    end(bench)
    until("the form", 15, lambda: is_shown(bench, "#pilot-form"))
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        late = folder / "late.json"
        late.write_text(json.dumps({"name": "late", "drop": {"seconds": "late"}}))
        choose(bench, late)
        assert bench.browser.run("return document.querySelector('#pilot-form [name=roast]').disabled")
        bench.browser.click("#pilot-start")
        until("the place of the mistake", 5, lambda: "target.drop.seconds must be a number" in text(
            bench, "#pilot-problem"))
        broken = folder / "broken.json"
        broken.write_text("{")
        choose(bench, broken)
        assert not text(bench, "#pilot-problem"), "an older problem stays"
        bench.browser.click("#pilot-start")
        until("that it is no JSON", 3, lambda: "broken.json is not JSON" in text(bench, "#pilot-problem"))
        large = folder / "large.json"
        large.write_text(" " * 300_000)
        choose(bench, large)
        bench.browser.click("#pilot-start")
        until("that it is too large", 3, lambda: "too large" in text(bench, "#pilot-problem"))
        if not bench.fake:
            hot = folder / "hot.json"
            hot.write_text(json.dumps({"name": "hot", "drop": {"bean_celsius": 400}}))
            choose(bench, hot)
            bench.browser.click("#pilot-start")
            until("why it is refused", 15, lambda: "hot is refused" in text(bench, "#pilot-word"))
            until("the form again", 15, lambda: is_shown(bench, "#pilot-form"))
    bench.browser.click("#pilot-no-file")
    assert not bench.browser.run("return document.querySelector('#pilot-form [name=roast]').disabled")
    choose(bench, GOLDEN)
    bench.browser.look(390, 844, "light")
    over = bench.browser.run(
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    bench.browser.look(1280, 800, "light")
    assert over <= 0, f"wider than a phone by {over}"
    bench.browser.click("#pilot-start")
    name = json.loads(GOLDEN.read_text())["target"]["name"]
    until("the pilot", 15, lambda: is_shown(bench, "#pilot")
          and f"advises · {name}" in text(bench, "#pilot-who"))
    stop(bench)
