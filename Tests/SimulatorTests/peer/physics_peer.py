#!/usr/bin/env python3
"""An independent peer of Simulator/Physics, written from the equations of Specs/physics.md.

It exists to disagree: it shares no code, no table and no structure with the Swift
integrator, uses only the standard library, and knows one thing: an open-loop roast, from the charge
to a while after the drop.

  physics_peer.py --parameters Simulator/parameters.csv --set note-m1 \\
      --room 22 --drum 230 --probe 155 --grams 400 --drop 480 --step 0.5 \\
      schedule.csv trace.csv

The schedule has the columns t_s,power,fan,drum and optionally volt (202 is factor 1);
a row holds from its time until the next. The trace has one row a step, up to the
schedule's last time, with the state before that step.
"""
import argparse
import bisect
import csv
import math
import sys
import time

RPM = [0, 810, 915, 1125, 1365, 1560, 1740, 1920, 2100, 2280, 2460, 2640, 2820]
COLUMNS = ("t_s power fan bt_c ibts_c drum_metal_c slow_metal_c wall_c bean_surface_c "
           "bean_core_c gas_c moisture exotherm_kj_per_kg heat_w").split()


def read_parameters(path, chosen):
    with open(path, newline="") as file:
        return {row["symbol"]: float(row[chosen]) for row in csv.DictReader(file)}


def read_schedule(path):
    rows = []
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            volt = row.get("volt") or "202"
            rows.append((float(row["t_s"]), int(row["power"]), int(row["fan"]),
                         int(row["drum"]), float(volt) / 202))
    return rows


def in_force(rows, starts, t):
    return rows[max(0, bisect.bisect_right(starts, t + 1e-9) - 1)]


def roast(p, schedule, room, drum0, probe0, grams, drop, step, kappa=1.0, moisture=0.12):
    starts = [row[0] for row in schedule]
    steps = int(round(schedule[-1][0] / step))
    dry = grams / 1000 / (1 + moisture)
    r = grams / 400
    Td, T2 = drum0, probe0 + p["bet"] * (drum0 - probe0)
    Tw = room + p["om"] * (probe0 - room)
    Ts = Tc = room
    X, He, y, s, yi, off, emptied = moisture, 0.0, probe0, probe0, 25.0, None, None
    rows = []
    for i in range(steps + 1):
        t = i * step
        _, power, fan, drum, v = in_force(schedule, starts, t)
        q = p["Q9"] * v ** p["nV"] * (power + p["p0"]) / (9 + p["p0"]) if power > 0 else 0.0
        G = 0.3 + p["g1"] * RPM[fan] / 1000
        gf = (G / 2.5) ** p["n"]
        b = 0.0 if t < p["tin"] else 1 - math.exp(-(t - p["tin"]) / p["tmix"])
        a = t - drop
        empty = a >= p["dis1"]
        if empty:
            q *= p["x"]
            emptied = t if emptied is None else emptied
        if a > p["dis1"]:
            b = 0.0
        elif a > p["dis0"]:
            b *= 1 - (a - p["dis0"]) / (p["dis1"] - p["dis0"])
        turning = (max(drum, 1) / 9) ** p["nD"]
        Cdb = p["hdb"] * r ** p["am"] * b * turning * (1 + p["rad"] * (Td - 200) / 100)
        Cbg = p["kbg"] * r ** p["am"] * b * gf
        Cdg = p["kdg"] * gf
        Tin = room + p["chi"] * (Tw - room)
        Tg = (G * Tin + Cdg * Td + Cbg * Ts) / (G + Cdg + Cbg)
        Tb = p["fs"] * Ts + (1 - p["fs"]) * Tc
        K = Tb + 273.15
        dX = -p["kx"] * 1.2e8 * X * X * math.exp(-9889 / 423.15 + p["Ex"] * (1 / 423.15 - 1 / K))
        Qr = (p["ke"] * 116200 * math.exp(-5500 / 473.15 + p["Er"] * (1 / 473.15 - 1 / K))
              * max(0.0, 1 - He / p["Hmax"]))
        C = 1000 * dry * kappa * (p["cp0"] + 0.001 * p["cpT"] * Tb + 5 * X)
        src = 1000 * dry * (2790 * dX + Qr)
        inward = p["ksc"] * r * (Ts - Tc)
        dTs = (Cdb * (Td - Ts) + Cbg * (Tg - Ts) - inward + p["fs"] * src) / (p["fs"] * C)
        dTc = (inward + (1 - p["fs"]) * src) / ((1 - p["fs"]) * C)
        dTd = (q - Cdb * (Td - Ts) - Cdg * (Td - Tg) - p["k12"] * (Td - T2)
               - p["UAd"] * (Td - room)
               - (p["xl"] * max(0.0, Td - 250) ** 2 if empty else 0)) / p["Cd"]
        dT2 = (p["k12"] * (Td - T2) - p["kdw"] * (T2 - Tw)) / p["C2"]
        dTw = (p["kdw"] * (T2 - Tw) + p["kgw"] * gf * (Tg - Tw)
               - p["kwa"] * (Tw - room)) / p["Cw"]
        tip = b * Tb + (1 - b) * Tg
        target = (1 - p["ws"]) * tip + p["ws"] * s
        if off is None:
            off = probe0 - target
        target += (1 - b) * off
        if t < p["tin"]:
            target = probe0
        dy = (target - y) / (b * p["taub"] + (1 - b) * p["taue"])
        ds = (tip - s) / p["taus"]
        seen = 1.0 if a <= p["dis0"] else b
        Tv = seen * (Ts + p["ali"] * (Td - Ts)) + (1 - seen) * Td
        dyi = (Tv - yi) / p["taui"] if t >= 4 else 0.0
        rows.append((t, power, fan, y, yi, Td, T2, Tw, Ts, Tc, Tg, X, He, q))
        if b > 0:
            Ts, Tc, X, He = Ts + step * dTs, Tc + step * dTc, X + step * dX, He + step * Qr
        if empty and t - emptied + step > 30:
            off += step * ((p["xp"] - 1) * (Tg - room) - off) / 60
        Td, T2, Tw = Td + step * dTd, T2 + step * dT2, Tw + step * dTw
        y, s, yi = y + step * dy, s + step * ds, yi + step * dyi
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parameters", required=True)
    parser.add_argument("--set", default="m1")
    for name, default in (("room", 22), ("drum", 230), ("probe", 155), ("grams", 400),
                          ("drop", 480), ("step", 0.5), ("kappa", 1), ("moisture", 0.12)):
        parser.add_argument("--" + name, type=float, default=default)
    parser.add_argument("schedule")
    parser.add_argument("trace")
    a = parser.parse_args()
    parameters, schedule = read_parameters(a.parameters, a.set), read_schedule(a.schedule)
    begun = time.perf_counter()
    rows = roast(parameters, schedule, a.room, a.drum, a.probe, a.grams, a.drop, a.step,
                 a.kappa, a.moisture)
    spent = time.perf_counter() - begun
    with open(a.trace, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow([row[0], row[1], row[2]] + [round(x, 6) for x in row[3:]])
    print(f"{len(rows)} steps in {spent * 1000:.1f} ms, "
          f"{spent / len(rows) * 1e6:.2f} us a step", file=sys.stderr)


if __name__ == "__main__":
    main()
