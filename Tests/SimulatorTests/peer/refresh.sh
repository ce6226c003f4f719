#!/bin/sh
# Rewrites what is derived from Simulator/parameters.csv: the Swift table, then the peer's
# trace of the invented roast. The one refresh command of the physics; run it after any
# change of the parameters, and read the diff.
set -eu
cd "$(dirname "$0")/../../.."
REFRESH_GOLDEN=1 swift test --filter MachineParametersTests
python3 Tests/SimulatorTests/peer/physics_peer.py --parameters Simulator/parameters.csv --set m1 \
  --room 24 --drum 226 --probe 151 --grams 350 --drop 540 \
  Tests/Fixtures/physics/invented-schedule.csv Tests/Fixtures/physics/invented-trace.csv
