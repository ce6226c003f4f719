#!/bin/bash
# Speed and size as ratios against named peers in the same run; 'make bench' builds what it needs.
# BENCH_SECONDS (20) is how long one polling run lasts, BENCH_RUNS (3) how many there are of each.
# A missed requirement is marked and does not fail: shared machines cannot be held to a time.
set -euo pipefail
cd "$(dirname "$0")/../.."
roast=${ROAST:-.build/release/roast}
emulator=${EMULATOR:-.build/emulator/bullet-emulator}
peer=.build/poll_peer
for needed in "$roast" "$emulator"; do
  [ -x "$needed" ] || { echo "No $needed: run 'make bench'." >&2; exit 1; }
done
swift build --quiet -c release --product bench --static-swift-stdlib
cc -std=gnu11 -O2 -Wall -Wextra -Werror -ITests/Bench/Peer/include \
  $(pkg-config --cflags libusb-1.0) Tests/Bench/poll_peer.c Tests/Bench/Peer/*.c -o "$peer" \
  $(pkg-config --libs libusb-1.0) -lm -pthread
cc -std=gnu11 -O2 -Wall -Wextra -Werror Tests/Bench/store_peer.c -o .build/store_peer -lsqlite3
python3 Tests/Bench/measure.py .build/release/bench "$roast" "$peer" "$emulator" .build/store_peer
ROAST=$roast python3 Tests/Service/bench.py
