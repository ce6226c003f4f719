#!/usr/bin/env python3
"""Measures the house against named peers and prints one table. Called by Tests/Bench/run.sh.

    measure.py BENCH ROAST POLL_PEER EMULATOR
    measure.py --child REPORT COMMAND...    (its own helper, run by the emulator)

Every figure with a peer is measured beside that peer, in turns, in this same run.
"""

import os
import random
import struct
import subprocess
import sys
import tempfile
import time

POLL_SECONDS = int(os.environ.get("BENCH_SECONDS", "20"))
POLL_RUNS = int(os.environ.get("BENCH_RUNS", "3"))
STARTS = 200
TWIN_SECONDS = 5
STORE_ROUNDS = 5
FRAMES = 1024
LAYOUT = "<6f6B2x2fxB2xh2xh2xi40xi4xH22x"
STATES = (0, 2, 3, 4, 6, 6, 6, 6, 6, 7, 8, 9)


def median(figures):
    figures = sorted(figures)
    return figures[len(figures) // 2]


# The table


def row(what, figure, peer="", ratio="", required="", met=None):
    verdict = {None: "", True: "ok", False: "MISSED"}[met]
    print(f"{what:46} {figure:>10}  {peer:34} {ratio:>8}  {required:>10}  {verdict}", flush=True)


def factor_row(what, figure, peer, peer_figure, unit, most=None):
    """Ours as a multiple of the peer's: small is good."""
    ratio = figure / peer_figure
    row(what, f"{figure:.1f} {unit}", f"{peer}: {peer_figure:.1f} {unit}", f"{ratio:.2f} x",
        f"<= {most} x" if most else "", ratio <= most if most else None)


def speedup_row(what, figure, peer, peer_figure, unit, least=None):
    """How many times faster we are: large is good."""
    ratio = peer_figure / figure
    row(what, f"{figure:.1f} {unit}", f"{peer}: {peer_figure:.0f} {unit}", f"1/{ratio:.0f}",
        f">= {least} x" if least else "", ratio >= least if least else None)


# Decoding


def synthetic_roast():
    """Frames of one roast: every state in its order, idle messages, one damaged value in 100."""
    chance = random.Random(1)
    for index in range(FRAMES):
        done = index / FRAMES
        state = STATES[int(done * len(STATES))]
        idle = state in (0, 9) and index % 15 == 0
        fields = [
            20 + 200 * done, 8 - 4 * done, 30 + 190 * done, 1.5, 20 + 150 * done, 2.5,
            int(done * 14), int(done * 14 * 60) % 60, 1 + int(done * 9), 9 - int(done * 9), 9,
            state, 40 + 10 * done, 35 + 10 * done, 0 if idle else 10, 915 + int(300 * done),
            228 + index % 5, 30, 31, 200,
        ]
        if chance.random() < 0.01:
            fields[chance.choice([0, 1, 2, 4, 12, 13])] = chance.choice([float("nan"), 1e9])
        yield struct.pack(LAYOUT, *fields)


def unpack_at_once(frame, unpack=struct.Struct(LAYOUT).unpack):
    return unpack(frame)


def unpack_by_field(frame, unpack=struct.unpack):
    """One call a field, as the drivers that exist for this roaster are written."""
    return (
        unpack("<f", frame[0:4])[0], unpack("<f", frame[4:8])[0], unpack("<f", frame[8:12])[0],
        unpack("<f", frame[12:16])[0], unpack("<f", frame[16:20])[0],
        unpack("<f", frame[20:24])[0], frame[24], frame[25], frame[26], frame[27], frame[28],
        frame[29], unpack("<f", frame[32:36])[0], unpack("<f", frame[36:40])[0], frame[41],
        unpack("<h", frame[44:46])[0], unpack("<h", frame[48:50])[0],
        unpack("<i", frame[52:56])[0], unpack("<i", frame[96:100])[0],
        unpack("<H", frame[104:106])[0],
    )


# Where a value lies among the unpacked ones, its name, and the least and most that it can be.
PLAUSIBLE = (
    (7, "clock", 0, 59), (0, "bean", -5, 350), (1, "bean_ror", -200, 200), (2, "ibts", 0, 400),
    (4, "exhaust", -20, 300), (12, "ir", -20, 150), (13, "pcb", -20, 150), (9, "heater", 0, 9),
    (8, "fan", 0, 12), (10, "drum", 0, 9), (15, "fan_rpm", 0, 4000), (16, "mains", 80, 260),
    (17, "coil_fan_1", 0, 100), (18, "coil_fan_2", 0, 100), (19, "preheat_target", 0, 350),
)


def judge(frame, unpack=struct.Struct(LAYOUT).unpack):
    """The same fields and nearly the same judgement: without the reasons and the placeholder."""
    values = unpack(frame)
    point = {"frame": frame, "valid": values[14] == 10, "state": values[11], "suspect": []}
    if not point["valid"]:
        return point
    for place, name, least, most in PLAUSIBLE:
        value = values[place]
        if least <= value <= most:
            point[name] = value
        else:
            point[name] = None
            point["suspect"].append(name)
    return point


def python_nanoseconds(decode, frames):
    rounds = []
    for _ in range(9):
        start = time.perf_counter_ns()
        for _ in range(20):
            for frame in frames:
                decode(frame)
        rounds.append((time.perf_counter_ns() - start) / (20 * len(frames)))
    return median(rounds)


def decoding(bench, directory):
    frames = list(synthetic_roast())
    path = os.path.join(directory, "frames")
    with open(path, "wb") as file:
        file.write(b"".join(frames))
    output = subprocess.run([bench, "decode", path], check=True, capture_output=True, text=True).stdout
    took = {name: float(figure) for name, figure in map(str.split, output.splitlines())}
    at_once = python_nanoseconds(unpack_at_once, frames)
    by_field = python_nanoseconds(unpack_by_field, frames)
    judged = python_nanoseconds(judge, frames)
    factor_row("decode and judge a frame", took["swift"], "C, same fields", took["c"], "ns", 2)
    factor_row("decode and judge a frame", took["swift"], "C, loads only", took["c_load"], "ns")
    speedup_row("decode and judge a frame", took["swift"], "Python, same fields", judged, "ns")
    speedup_row("decode and judge a frame", took["swift"], "Python, unpack a field", by_field,
                "ns")
    speedup_row("decode and judge a frame", took["swift"], "Python, one unpack", at_once, "ns", 50)
    speedup_row("load a frame's fields only", took["swift_load"], "Python, one unpack", at_once,
                "ns")


# Starting


def milliseconds_to_run(command):
    start = time.perf_counter_ns()
    child = os.posix_spawn(
        command[0], command, os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
    _, status = os.waitpid(child, 0)
    if status != 0:
        sys.exit(f"{command} failed")
    return (time.perf_counter_ns() - start) / 1e6


def starting(roast):
    ours, peers = [], []
    for _ in range(STARTS):
        ours.append(milliseconds_to_run([roast, "--version"]))
        peers.append(milliseconds_to_run(["/bin/true"]))
    ours, peers = median(ours), median(peers)
    row("roast --version", f"{ours:.1f} ms", f"/bin/true: {peers:.1f} ms",
        f"+{ours - peers:.1f} ms", "<= +15 ms", ours - peers <= 15)


# Polling


def child(report, command):
    """Runs the command and writes down what it alone has used."""
    pid = os.posix_spawnp(
        command[0], command, os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
    resident = 0
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            break
        resident = max(resident, most_resident(pid))
        time.sleep(0.25)
    with open(report, "w") as file:
        file.write(f"{usage.ru_utime + usage.ru_stime} {resident}")
    return os.waitstatus_to_exitcode(status)


def most_resident(pid):
    """In kB. The usage that wait4 gives also counts our own memory, from before the exec."""
    with open(f"/proc/{pid}/status") as file:
        return max((int(line.split()[1]) for line in file if line.startswith("VmHWM:")), default=0)


def emulated(emulator, directory, command):
    report = os.path.join(directory, "report")
    subprocess.run(
        ["umockdev-wrapper", emulator, "--", sys.executable, __file__, "--child", report, *command],
        check=True)
    with open(report) as file:
        cpu, resident = file.read().split()
    return {"cpu": float(cpu), "resident": int(resident)}


def polling(roast, poll_peer, emulator, directory):
    ours, peers = [], []
    for _ in range(POLL_RUNS):
        ours.append(emulated(
            emulator, directory, [roast, "watch", "--json", "--for", str(POLL_SECONDS)]))
        peers.append(emulated(emulator, directory, [poll_peer, str(POLL_SECONDS * 10)]))
    resident = max(usage["resident"] for usage in ours) / 1024
    row("resident memory of roast watch --json", f"{resident:.1f} MB",
        f"C: {max(usage['resident'] for usage in peers) / 1024:.1f} MB", "", "< 25 MB",
        resident < 25)
    factor_row(f"CPU of {POLL_SECONDS} s of roast watch --json",
               1000 * median(usage["cpu"] for usage in ours), "C, same shape",
               1000 * median(usage["cpu"] for usage in peers), "ms", 1.5)


# The twin


def figures(bench, *arguments):
    output = subprocess.run(
        [bench, *arguments], check=True, capture_output=True, text=True).stdout
    return {name: float(figure) for name, figure in map(str.split, output.splitlines())}


def peer_physics(schedule, directory):
    """Milliseconds of the peer for the same roast, and the bean probe at its end."""
    trace = os.path.join(directory, "trace.csv")
    took = []
    for _ in range(5):
        said = subprocess.run(
            [sys.executable, "Tests/SimulatorTests/peer/physics_peer.py",
             "--parameters", "Simulator/parameters.csv", "--set", "m1", "--drum", "230",
             "--probe", "155", "--drop", "9999", "--step", "0.1", schedule, trace],
            check=True, capture_output=True, text=True).stderr
        took.append(float(said.split(" ms")[0].split()[-1]))
    with open(trace) as file:
        return median(took), float(file.readlines()[-1].split(",")[3])


def twin_physics(bench, directory):
    schedule = os.path.join(directory, "schedule.csv")
    with open(schedule, "w") as file:
        file.write("t_s,power,fan,drum\n0,8,1,9\n90,8,2,9\n230,7,3,9\n250,6,3,9\n330,5,3,9\n"
                   "360,4,2,9\n440,3,3,9\n600,3,3,9\n")
    ours = figures(bench, "physics", schedule)
    peer, probe = peer_physics(schedule, directory)
    if abs(ours["probe"] - probe) > 0.5:
        sys.exit(f"the physics disagrees with its peer: {ours['probe']} C, {probe} C")
    times = 600e9 / ours["nanoseconds"]
    row("physics of 10 min, times real time", f"{times / 1000:.0f}k", "", "", ">= 200k",
        times >= 200_000)
    speedup_row("physics of 10 min in steps of 0.1 s", ours["nanoseconds"] / 1000,
                "Python, same equations", peer * 1000, "us", 100)


def twin_stack(bench):
    ours = figures(bench, "stack")
    times = 600e9 / ours["nanoseconds"]
    row("twin, session, events: times real time", f"{times / 1000:.1f}k",
        f"a poll: {ours['nanoseconds'] / ours['polls'] / 1000:.2f} us", "", ">= 10k",
        times >= 10_000)


def thousand_twins(bench, directory):
    """The share is of the time they should take: to fall behind is to miss it."""
    report = os.path.join(directory, "report")
    if child(report, [bench, "thousand", str(TWIN_SECONDS)]) != 0:
        sys.exit("bench thousand failed")
    with open(report) as file:
        cpu, resident = file.read().split()
    share, resident = float(cpu) / TWIN_SECONDS, int(resident) / 1024
    row("1,000 twins polled at 10 Hz: share of a core", f"{share:.2f}", "", "", "< 1.00", share < 1)
    row("1,000 twins: resident memory", f"{resident:.1f} MB", "", "", "< 200 MB", resident < 200)


def storing(bench, peer, directory):
    """Rounds of both in turn, each into an empty file that the journal made."""
    points, ours, peers = 200_000, [], []
    for number in range(STORE_ROUNDS):
        for rates in (ours, peers):
            path = os.path.join(directory, f"store-{number}-{len(ours)}-{len(peers)}.db")
            figures(bench, "store", path, "0")
            if rates is ours:
                rates.append(figures(bench, "store", path, str(points))["store"])
            else:
                said = subprocess.run([peer, path, str(points)], check=True, capture_output=True)
                rates.append(float(said.stdout))
            os.unlink(path)
    rate, peer_rate = median(ours), median(peers)
    row("telemetry points stored a second", f"{rate / 1000:.0f}k",
        f"C, same statements: {peer_rate / 1000:.0f}k", f"{rate / peer_rate:.2f} x", ">= 0.8 x",
        rate >= 0.8 * peer_rate)


def verdict(bench):
    nanoseconds = figures(bench, "verdict")["verdict"]
    row("a verdict of the governor, all rules", f"{nanoseconds / 1000:.2f} us", "", "", "< 5 us",
        nanoseconds < 5000)


def shadow(bench):
    took = figures(bench, "shadow")
    for name, what in (("following", "the shadow beside a roast: a simulated second"),
                       ("outlooks", "... with an outlook every ten seconds"),
                       ("pilot", "... with a pilot that plans")):
        row(what, f"{took[name]:.0f} us", "", "", "<= 200 us", took[name] <= 200)


def golden(roast):
    """All golden cases: a trial of each, by one and by two at a time, and twenty."""
    def seconds(*words):
        began = time.monotonic()
        subprocess.run([roast, "evaluate", "--json", *words], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        return time.monotonic() - began
    one = seconds("--trials", "2", "--jobs", "1")
    two = seconds("--trials", "2", "--jobs", "2")
    row("golden cases, a trial of each", f"{two / 2:.1f} s", "", "", "< 25 s", two / 2 < 25)
    row("golden cases, two at a time", f"{two:.1f} s", f"one at a time: {one:.1f} s",
        f"{one / two:.2f} x", ">= 1.8 x", one / two >= 1.8)
    all_of_them = seconds("--trials", "20", "--jobs", "2")
    row("golden cases, 20 trials of each", f"{all_of_them:.0f} s", "", "", "< 300 s",
        all_of_them < 300)


def main():
    if sys.argv[1:2] == ["--child"]:
        sys.exit(child(sys.argv[2], sys.argv[3:]))
    bench, roast, poll_peer, emulator, store_peer = map(os.path.abspath, sys.argv[1:])
    row("what", "figure", "peer", "ratio", "required")
    with tempfile.TemporaryDirectory() as directory:
        decoding(bench, directory)
        starting(roast)
        row("size of the release binary", f"{os.path.getsize(roast) / 1e6:.1f} MB")
        twin_physics(bench, directory)
        twin_stack(bench)
        thousand_twins(bench, directory)
        verdict(bench)
        shadow(bench)
        golden(roast)
        storing(bench, store_peer, directory)
        polling(roast, poll_peer, emulator, directory)


main()
