#!/usr/bin/env python3
"""Changes one thing at a time in what moves the roaster, and looks whether a test notices.

Each family of changes is shuffled by the seed and they take turns, so that the same seed and count
give the same mutants of the same sources. What does not compile is no mutant. A survivor is an error unless
survivors.txt gives its reason. Results are added to .build/mutate/results-SEED.txt, from which a run
that was stopped goes on; --from N begins at the N-th candidate.
"""

import argparse
import hashlib
import json
import pathlib
import re
import select
import shlex
import subprocess
import sys
import time

import package

FOLDER = package.ROOT / ".build/mutate"
LIST = pathlib.Path(__file__).with_name("survivors.txt")
# What takes long is run when nothing else has noticed, in two programs at once.
LONGEST = "DeskPropertyTests"
LONG = ("DeskReadbackTests|DeskHostileTests|DeskCrashTests|DeskAbortTests|SessionTests"
        "|PermitPropertyTests|no real roast")
# What shows something of recordings alone.
APART = "RecordingTests|RecorderTests"
SECONDS = 180

SWAPS = [
    ("rejected", "approved"), ("approve", "veto"), ("person", "agent"), ("failed", "completed"),
    ("lost", "partly"), ("heaterUp", "heaterDown"), ("fanUp", "fanDown"), ("stepping", "watching"),
    ("expired", "rejected"), ("awaitingVeto", "pendingApproval"), ("recommended", "approved"),
    ("roasting", "cooling"), ("bean", "infrared"), ("unvetoed", "level"), ("heater", "fan"),
    ("executing", "approved"), ("sent", "late"), ("aborted", "overtaken"), ("assist", "recommend"),
    ("charged", "dropped"), ("first", "last"), ("insert", "remove"), ("withdraw", "wait"),
]


def mask(text):
    """The text with comments and strings blanked out, place for place."""
    def blank(match):
        return re.sub(r"[^\n]", "\0", match.group())
    return re.sub(r'//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, text)


def moved(by):
    """A limit that is a bit further, or less far."""
    def move(literal):
        digits = literal.replace("_", "")
        if "." not in digits:
            return str(max(0, int(digits) + by))
        return str(round(float(digits) + by * (1 if float(digits) >= 1 else 0.05), 6))
    return move


def candidates(path):
    """All changes of a file: (family, start, end, replacement)."""
    text = path.read_text()
    code = mask(text)

    def each(family, pattern, replace):
        for found in re.finditer(pattern, code, re.M):
            start, end = found.span(1)
            replacement = replace(text[start:end]) if callable(replace) else replace
            if replacement != text[start:end]:
                yield family, start, end, replacement

    swap = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
    yield from each("comparison", r" (<|<=|>|>=|==|!=) ", swap.get)
    yield from each("boolean", r" (&&) ", "||")
    yield from each("boolean", r" (\|\|) ", "&&")
    yield from each("boolean", r"(?<![\w!=])(!)(?=[\w(])", "")
    yield from each("boolean", r"\b(true)\b", "false")
    yield from each("boolean", r"\b(false)\b", "true")
    for by in (1, -1):
        yield from each("limit", r"(?<![\w.$\"])(\d[\d_]*(?:\.\d+)?)(?![\w.]*\w)", moved(by))
    yield from each(
        "statement", r"^ +((?!let |var |return|case |guard |if |for |switch |precondition)"
        r"[\w.?!$\[\]]+(?:\([^\n]*\)|(?: [+-]?= |\()[^\n]*[^\n,({\[]))$", "do {}")
    for one, other in SWAPS:
        yield from each("case", rf"(?<=\.)({one})\b", other)
        yield from each("case", rf"(?<=\.)({other})\b", one)
    yield from each(
        "guard", r"^ +guard ((?!let |case )[^\n]*?(?<!,)) else \{", lambda all: f"({all}) || true"
        if ", " not in all and "let " not in all else all)
    yield from each(
        "guard", r"\bif ((?!let |case |var )[^\n{]+) \{", lambda all: f"({all}) && false"
        if "," not in all and "let " not in all and "#" not in all else all)
    yield from each("guard", r"( where [^\n{]+)(?= \{| else)", "")
    yield from each("time", r" (\+) ", "-")
    yield from each("time", r" (-) ", "+")
    yield from each("time", r" (\+=) ", "-=")
    yield from each("time", r"\b(min)\(", "max")
    yield from each("time", r"\b(max)\(", "min")


def shuffled(seed):
    """All mutants, the families taking turns; an edit of one line leaves the order of the others."""
    families = {}
    for path in package.GUARDED:
        path = FOLDER / path.relative_to(package.ROOT)
        for family, *change in candidates(path):
            families.setdefault(family, []).append((path, *change))

    def place(mutant):
        path, start, end, replacement = mutant
        change = describe(path, path.read_text(), start, end, replacement)[1]
        return hashlib.sha256(f"{seed} {change}".encode()).digest(), start

    for mutants in families.values():
        mutants.sort(key=place, reverse=True)
    order = []
    while any(families.values()):
        for family in sorted(families):
            if families[family]:
                order.append((family, *families[family].pop()))
    return order


class Build:
    """Compiles one file and links: what a change of a body needs, and no more."""

    def __init__(self):
        manifest = (FOLDER / ".build/debug.yaml").read_text()
        self.link = self.command(manifest, "gatePackageTests", "test")
        self.compile = {}
        for module in ("Governor", "Driver"):
            # A mutant may leave something unused, which is no reason not to try it.
            arguments = [
                argument for argument in self.command(manifest, module, "module") if argument not in
                ("-warnings-as-errors", "-enable-batch-mode", "-incremental", "-parseable-output")]
            jobs = subprocess.run(
                [*arguments, "-disable-batch-mode", "-driver-print-jobs"],
                check=True, capture_output=True, text=True).stdout
            for job in map(shlex.split, jobs.splitlines()):
                if "-primary-file" in job:
                    self.compile[pathlib.Path(job[job.index("-primary-file") + 1])] = job

    @staticmethod
    def command(manifest, target, kind):
        found = re.search(
            rf'"C\.{target}-[^"]*\.{kind}":\n(?: +(?!args).*\n)* +args: (\[.*\])', manifest)
        return json.loads(found.group(1))

    def mutant(self, path):
        """Whether it compiles; the object of before is in place again for the next one."""
        job = self.compile[path]
        product = pathlib.Path(job[job.index("-o") + 1])
        before = product.read_bytes()
        try:
            return self.run(job) and self.run(self.link)
        finally:
            product.write_bytes(before)

    @staticmethod
    def run(command):
        return subprocess.run(
            command, cwd=FOLDER, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ).returncode == 0


def notices():
    """Which test fails first, `timeout` or `crash`; None when all pass."""
    return (first_failure(["--skip", f"{LONGEST}|{LONG}|{APART}"])
            or first_failure(["--filter", LONGEST], ["--filter", LONG]))


def first_failure(*runs):
    """Runs the tests in so many programs, each one test at a time, until one fails."""
    programs = [
        subprocess.Popen(
            package.test_command(FOLDER, "--no-parallel", *options), cwd=FOLDER,
            env=package.test_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for options in runs]
    deadline = time.monotonic() + SECONDS
    unread = {program.stdout: program for program in programs}
    failure = None
    while unread and not failure:
        ready = select.select(list(unread), [], [], max(0, deadline - time.monotonic()))[0]
        if not ready:
            failure = "timeout"
        for stream in ready:
            output = stream.read1()
            mark = output.find("✘".encode())
            if mark >= 0:
                line = output[mark:].decode(errors="replace").split("\n")[0]
                failure = re.sub(r"✘|\x1b\[[0-9;]*m", "", line)[:90].strip()
            elif not output:
                if unread.pop(stream).wait():
                    failure = "crash"
    for program in programs:
        program.kill()
        program.wait()
    return failure


def explained():
    lines = LIST.read_text().splitlines()
    return {line for line in lines if line and line[0] not in "# "}


def describe(path, text, start, end, replacement):
    """The file and line for people, and the line's text and change by which it is listed."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    name = path.relative_to(FOLDER)
    before = text[line_start:line_end].strip()
    after = (text[line_start:start] + replacement + text[end:line_end]).strip()
    return f"{name}:{text.count(chr(10), 0, start) + 1}", f"{name}: {before} -> {after}"


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=200)
    options.add_argument("--from", type=int, default=0, dest="first")
    asked = options.parse_args()

    package.lay_out(FOLDER, copied=("Sources",))
    package.build(FOLDER)
    build = Build()
    failed = notices()
    if failed:
        sys.exit(f"the tests fail without any change: {failed}")

    results = FOLDER / f"results-{asked.seed}.txt"
    done = {}
    if results.exists():
        for line in results.read_text().splitlines():
            index, what, place, change = line.split("\t")
            done[place, change] = what
    known = explained()
    counts = {"killed": 0, "survived": 0, "explained": 0}
    for index, (family, path, start, end, replacement) in enumerate(shuffled(asked.seed)):
        if index < asked.first:
            continue
        if sum(counts.values()) >= asked.count:
            break
        text = path.read_text()
        place, change = describe(path, text, start, end, replacement)
        what = done.get((place, change))
        if what is None or what == "survived" and change not in known:
            path.write_text(text[:start] + replacement + text[end:])
            if build.mutant(path):
                failed = notices()
                what = f"killed by {failed}" if failed else "survived"
            else:
                what = "does not compile"
            path.write_text(text)
            with results.open("a") as file:
                file.write(f"{index}\t{what}\t{place}\t{change}\n")
        if what == "does not compile":
            continue
        if what == "survived" and change in known:
            what = "explained"
        counts[what.split()[0]] += 1
        print(f"{index} {family} {place}: {what}: {change.split(': ', 1)[1]}", flush=True)
    print(", ".join(f"{count} {what}" for what, count in counts.items()),
          f"of {sum(counts.values())} mutants with seed {asked.seed}")
    sys.exit(counts["survived"] > 0)


main()
