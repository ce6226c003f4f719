#!/usr/bin/env python3
"""Runs the tests of Governor and Driver, and fails when a line of what is guarded was not run.

Lines that cannot be run are listed in unreached.txt, each with its reason below it; a line that is
listed and run, or is not there any more, is an error too.
"""

import pathlib
import subprocess
import sys

import package

FOLDER = package.ROOT / ".build/gate"
# As long as all others together.
HALF = "DeskPropertyTests|DeskReadbackTests"
LIST = pathlib.Path(__file__).with_name("unreached.txt")


def listed():
    """Pairs of a file and the text of a line."""
    lines = [line for line in LIST.read_text().splitlines() if line and line[0] not in "# "]
    return {tuple(line.split(": ", 1)) for line in lines}


def unreached():
    """Lines with no hit, as (file, number, text), and how many lines there are."""
    profile = FOLDER / "gate.profdata"
    raw = sorted(map(str, FOLDER.glob("*.profraw")))
    subprocess.run([package.TOOLS / "llvm-profdata", "merge", "-o", profile, *raw], check=True)
    sources = [str(FOLDER / path.relative_to(package.ROOT)) for path in package.GUARDED]
    lcov = subprocess.run(
        [package.TOOLS / "llvm-cov", "export", "-format=lcov", "-instr-profile", profile,
         package.test_command(FOLDER)[0], *sources],
        check=True, capture_output=True, text=True).stdout
    found, count, name = [], 0, ""
    for line in lcov.splitlines():
        if line.startswith("SF:"):
            name = str(pathlib.Path(line[3:]).resolve().relative_to(package.ROOT))
            text = (package.ROOT / name).read_text().splitlines()
        elif line.startswith("DA:"):
            number, hits = map(int, line[3:].split(",")[:2])
            code = text[number - 1].strip()
            # What only closes something does nothing.
            if code.strip("})]"):
                count += 1
                if hits == 0:
                    found.append((name, number, code))
    return found, count


def run_tests():
    """Two programs at once, each one test at a time: threads would lose counts of one another."""
    environment = package.test_environment(LLVM_PROFILE_FILE=str(FOLDER / "%p.profraw"))
    halves = [
        subprocess.Popen(
            package.test_command(FOLDER, "--no-parallel", option, HALF), cwd=FOLDER,
            env=environment, stdout=output, stderr=subprocess.STDOUT)
        for option, output in (("--filter", None), ("--skip", open(FOLDER / "other.txt", "w")))]
    failed = [half.wait() for half in halves]
    sys.stdout.write((FOLDER / "other.txt").read_text())
    if any(failed):
        sys.exit(1)


def main():
    package.lay_out(FOLDER)
    package.build(FOLDER, "--enable-code-coverage")
    for old in FOLDER.glob("*.profraw"):
        old.unlink()
    run_tests()
    found, count = unreached()
    known = listed()
    missed = [(name, number, text) for name, number, text in found if (name, text) not in known]
    reached = known - {(name, text) for name, _, text in found}
    for name, number, text in missed:
        print(f"{name}:{number}: no test runs this line: {text}")
    for name, text in sorted(reached):
        print(f"{LIST.name}: this line is run, or not there: {name}: {text}")
    print(f"{count} lines of Governor, Desk, Executor and SessionRunner: {count - len(found)} run, "
          f"{len(found) - len(missed)} listed, {len(missed)} missed")
    sys.exit(bool(missed or reached or not count))


main()
