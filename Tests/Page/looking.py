"""How the checks look at the page and ask the daemon."""

import time

def until(what, seconds, question):
    """Waits for a truthy answer and returns it; on a machine that does other work too, three times as
    long as it should take."""
    deadline = time.monotonic() + 3 * seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {3 * seconds} s for {what}")
        time.sleep(0.05)


def live(bench):
    return bench.browser.run("return window.roastPage?.live ?? null")


def text(bench, selector):
    """The words of an element; none when there is no such element."""
    return bench.browser.run(
        "return document.querySelector(arguments[0])?.textContent.trim() ?? ''", selector)


def is_shown(bench, selector):
    return bench.browser.run(
        "return document.querySelector(arguments[0]).checkVisibility()", selector)


def wait_live(bench, seconds=10):
    return until("the page to be live", seconds, lambda: (live(bench) or {}).get("isLive"))


def standing(bench, event):
    """A landmark of the current roast as the daemon tells it: {seconds, source} or None."""
    _, status = bench.browser.ask("GET", "/v1/status")
    return (status["roast"] or {}).get("landmarks", {}).get(event)


def wait_marked(bench, event, seconds=8):
    """The landmark, once the daemon says that a person marked it."""
    def marked():
        found = standing(bench, event)
        return found if found and found["source"] == "marked" else None
    return until(f"{event} to be marked", seconds, marked)


def roast_now(bench):
    """The roast clock that the page goes by, in seconds."""
    return bench.browser.run("""const { live } = window.roastPage;
      return live.reading?.roast_seconds == null ? null
        : live.reading.roast_seconds + (live.now - Date.parse(live.reading.at)) / 1000;""")


def tap(bench, selector):
    """Taps, and answers the roast clock just before and just after."""
    return bench.browser.run("""const { live } = window.roastPage;
      const clock = () => live.reading.roast_seconds
        + (window.roastPage.live.now - Date.parse(live.reading.at)) / 1000;
      const before = clock();
      document.querySelector(arguments[0]).click();
      return [before, clock()];""", selector)


def assert_between(what, value, low, high):
    assert low <= value <= high, f"{what} is {value:.2f}, not within {low:.2f} and {high:.2f}"


def screenshots(bench, name, top="body"):
    """On a phone and on a desktop, light and dark, from this element on."""
    for place, width, height in (("phone", 390, 844), ("desktop", 1280, 800)):
        for theme in ("light", "dark"):
            bench.browser.look(width, height, theme)
            bench.browser.run("document.querySelector(arguments[0]).scrollIntoView()", top)
            time.sleep(0.6)
            bench.browser.screenshot(bench.folder / f"{name}-{place}-{theme}.png")
    bench.browser.look(1280, 800, "light")
