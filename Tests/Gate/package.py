"""The small package over the rooms that decide what moves the roaster: laid out, built and run."""

import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
SWIFT = shutil.which(os.environ.get("SWIFT", "swift"))
TOOLS = pathlib.Path(SWIFT).resolve().parent

# What must be right to the last line.
GUARDED = [
    *sorted((ROOT / "Sources/Governor").glob("*.swift")),
    *sorted((ROOT / "Sources/Driver/Execution").glob("*.swift")),
    ROOT / "Sources/Driver/SessionRunner.swift",
]


def lay_out(folder, copied=()):
    """Links what the package needs into `folder`; folders in `copied` become copies to be changed."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "Tests/Gate/Package.swift", folder)
    for name in ("Sources", "Simulator", "Specs", "Tests"):
        place = folder / name
        if name in copied:
            shutil.rmtree(place, ignore_errors=True)
            # With new times, so that what a run left that was stopped is built anew.
            shutil.copytree(ROOT / name, place, copy_function=shutil.copyfile)
        elif not place.is_symlink():
            place.symlink_to(ROOT / name)


def build(folder, *options):
    subprocess.run([SWIFT, "build", "--build-tests", *options], cwd=folder, check=True)


def test_command(folder, *options):
    """The tests as one program, with the environment that they look into."""
    program = folder / ".build/debug/gatePackageTests.xctest"
    return [str(program), "--testing-library", "swift-testing", *options]


def test_environment(**more):
    return {"ROAST_SHARED": str(ROOT.parent / "shared"), **os.environ, **more}
