"""All proofs of the daemon as a whole, a line a check; the exit code is 1 when one fails.

run.py [--only WORDS]     only the checks whose names have these words
run.py --soak ROUNDS      with so many rounds of kill -9, and schemathesis for longer
"""
import concurrent.futures
import os
import subprocess
import sys
import time

from daemon import ROAST, option

FOLDER = os.path.dirname(os.path.abspath(__file__))
ONLY = option("--only")
SOAK = option("--soak")
# Longest first, three at a time: they watch programs in real time, and wait more than they work.
SCRIPTS = {
    "govern": [],
    "page": [],
    "faults": [],
    "api": ["--examples", "100", "--seconds", "1800"] if SOAK else ["--examples", "5"],
    "crash": [SOAK] if SOAK else ["20"],
    "security": [],
    "judge": [],
    "soak": ["--days", "0.05", "--speed", "300"],
}
# Nothing may hang the whole.
LONGEST = 7200 if SOAK else 280


def play(name):
    """The exit code, how many checks there were of each verdict, and what was printed of failed ones."""
    words = [sys.executable, "-u", os.path.join(FOLDER, name + ".py"), *SCRIPTS[name]]
    words += ["--only", ONLY] if ONLY else []
    counts = {"ok": 0, "skip": 0, "FAIL": 0}
    failures = []
    verdict = ""
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    guard = concurrent.futures.ThreadPoolExecutor(1)
    late = guard.submit(wait_or_kill, process)
    for line in process.stdout:
        first = line.split(" ")[0]
        if first in counts:
            verdict = first
            counts[verdict] += 1
        if verdict == "FAIL":
            failures.append(f"{name:9}{line}")
        # 2: no check of that name is in this script.
        if not (ONLY and (line.startswith("no check") or line.startswith("  "))):
            print(f"{name:9}{line}", end="", flush=True)
    code = process.wait()
    if late.result():
        failures.append(f"{name:9}FAIL  it took longer than {LONGEST} s and was ended\n")
        print(failures[-1], end="", flush=True)
    return (0 if ONLY and code == 2 else code), counts, failures


def wait_or_kill(process):
    try:
        process.wait(LONGEST)
        return False
    except subprocess.TimeoutExpired:
        process.kill()
        return True


def main():
    if not os.path.exists(ROAST):
        sys.exit(f"No {ROAST}: build it ('swift build --product roast'), or name one in ROAST.")
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        results = list(pool.map(play, SCRIPTS))
    total = {word: sum(counts[word] for _, counts, _ in results) for word in ("ok", "skip", "FAIL")}
    # Again, where the end of a long output is all that is looked at.
    print("".join(line for _, _, failures in results for line in failures), end="")
    print(f"{total['ok']} checks hold, {total['FAIL']} fail, {total['skip']} were skipped; "
          f"{time.monotonic() - began:.0f} s")
    failed = any(code != 0 for code, _, _ in results) or sum(total.values()) == 0
    sys.exit(1 if failed else 0)


main()
