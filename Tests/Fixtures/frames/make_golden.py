#!/usr/bin/env python3
"""Writes golden.txt (one frame of 256 hex digits a line) and golden.jsonl (what each must decode to).

Provenance: synthetic. Written from the protocol note with Python's struct, independently of the
Swift encoder and decoder; no byte of it comes from a real machine. Refresh: run this script.
"""
import json
import math
import pathlib
import struct

HERE = pathlib.Path(__file__).parent
STATES = {0: "off", 2: "preheating", 3: "stabilising", 4: "ready", 6: "roasting", 7: "ending",
          8: "cooling", 9: "shutting_down"}
TYPICAL = dict(bt=165.3, ror=8.1, ibts=178.25, exhaust=121.5, f12=1.5, f20=-2.5, minutes=5, seconds=23,
               fan=2, heater=7, drum=9, state=6, ir=45.5, pcb=40.25, validity=10, rpm=915, volts=203,
               coil1=30, coil2=31, target=230)


def frame(**changes):
    v = {**TYPICAL, **changes}
    b = bytearray(128)
    struct.pack_into("<6f", b, 0, v["bt"], v["ror"], v["ibts"], v["f12"], v["exhaust"], v["f20"])
    struct.pack_into("<6B", b, 24, v["minutes"], v["seconds"], v["fan"], v["heater"], v["drum"], v["state"])
    struct.pack_into("<2f", b, 32, v["ir"], v["pcb"])
    b[41] = v["validity"]
    struct.pack_into("<h", b, 44, v["rpm"])
    struct.pack_into("<h", b, 48, v["volts"])
    struct.pack_into("<i", b, 52, v["coil1"])
    struct.pack_into("<i", b, 96, v["coil2"])
    struct.pack_into("<H", b, 104, v["target"])
    return bytes(b)


def shortest(value):
    """The shortest decimal that is this 32-bit float, as a number for JSON."""
    for digits in range(1, 10):
        text = f"{value:.{digits}g}"
        if struct.pack("<f", float(text)) == struct.pack("<f", value):
            break
    number = float(text)
    return int(number) if number == int(number) else number


def decoded(b):
    bt, ror, ibts, _, exhaust, _ = struct.unpack_from("<6f", b, 0)
    minutes, seconds, fan, heater, drum, state = struct.unpack_from("<6B", b, 24)
    ir, pcb = struct.unpack_from("<2f", b, 32)
    valid = b[41] == 10
    rpm, = struct.unpack_from("<h", b, 44)
    volts, = struct.unpack_from("<h", b, 48)
    coil1, = struct.unpack_from("<i", b, 52)
    coil2, = struct.unpack_from("<i", b, 96)
    target, = struct.unpack_from("<H", b, 104)
    suspect = []

    def judged(key, value, low, high):
        if not (math.isfinite(value) and low <= value <= high):
            suspect.append(key)
            return None
        return shortest(value) if isinstance(value, float) else value

    out = {"valid": valid}
    placeholder = state == 6 and ibts == 25.0 and minutes == 0 and seconds <= 5
    first = {
        "state": STATES.get(state, "unknown"), "state_code": state,
        "clock_seconds": None if judged("clock_seconds", seconds, 0, 59) is None else minutes * 60 + seconds,
        "bean_celsius": judged("bean_celsius", bt, -5, 350),
        "bean_ror_celsius_per_minute": judged("bean_ror_celsius_per_minute", ror, -200, 200),
        "ibts_celsius": suspect.append("ibts_celsius") if placeholder else judged("ibts_celsius", ibts, 0, 400),
        "exhaust_celsius": judged("exhaust_celsius", exhaust, -20, 300),
        "ir_celsius": judged("ir_celsius", ir, -20, 150),
        "pcb_celsius": judged("pcb_celsius", pcb, -20, 150),
        "heater_level": judged("heater_level", heater, 0, 9),
        "fan_level": judged("fan_level", fan, 0, 12),
        "drum_level": judged("drum_level", drum, 0, 9),
        "fan_rpm": judged("fan_rpm", rpm, 0, 4000),
        "mains_volts": judged("mains_volts", volts, 80, 260),
        "coil_fan_1_percent": judged("coil_fan_1_percent", coil1, 0, 100),
    }
    if not valid:
        first = dict.fromkeys(first)
        suspect.clear()
    out.update(first)
    out["coil_fan_2_percent"] = judged("coil_fan_2_percent", coil2, 0, 100)
    out["preheat_target_celsius"] = judged("preheat_target_celsius", target, 0, 350)
    out["suspect"] = suspect
    return out


def frames():
    yield frame()
    yield from (frame(state=code) for code in STATES)
    yield from (frame(state=code) for code in (1, 5, 10, 0x55, 255))
    yield frame(validity=0)
    yield frame(validity=9, coil2=-1, target=351)
    nan, inf = float("nan"), float("inf")
    for key in ("bt", "ror", "ibts", "exhaust", "ir", "pcb"):
        yield from (frame(**{key: value}) for value in (nan, inf, -inf, 1e30, -1e30))
    edges = dict(bt=(-5, 350), ror=(-200, 200), ibts=(0, 400), exhaust=(-20, 300), ir=(-20, 150), pcb=(-20, 150))
    for key, (low, high) in edges.items():
        step = 2.0 ** -8
        yield from (frame(**{key: value}) for value in (float(low), low - step, float(high), high + step))
    whole = dict(heater=(0, 9), fan=(0, 12), drum=(0, 9), rpm=(0, 4000), volts=(80, 260), coil1=(0, 100),
                 coil2=(0, 100), target=(0, 350), seconds=(0, 59))
    for key, (low, high) in whole.items():
        yield frame(**{key: low})
        yield frame(**{key: high})
        yield frame(**{key: high + 1})
        if low > 0 or key in ("rpm", "volts", "coil1", "coil2"):
            yield frame(**{key: low - 1})
    yield frame(exhaust=-52.5)
    yield frame(bt=-1.5)
    yield frame(ibts=25.0, minutes=0, seconds=3)
    yield frame(ibts=25.0, minutes=0, seconds=6)
    yield frame(ibts=25.0, minutes=0, seconds=3, state=4)
    yield frame(minutes=255, seconds=59)
    yield bytes(128)
    yield b"\xff" * 128
    yield bytes(range(128))


def main():
    everything = list(frames())
    (HERE / "golden.txt").write_text("".join(f.hex() + "\n" for f in everything))
    lines = (json.dumps(decoded(f), separators=(",", ":")) for f in everything)
    (HERE / "golden.jsonl").write_text("".join(line + "\n" for line in lines))


if __name__ == "__main__":
    main()
