#!/bin/bash
# The daemon on a twin that roasts a batch ten times as fast as a machine would, with a fresh
# database, its page on this machine's own address, and a pilot that advises, until Ctrl-C.
set -euo pipefail
roast=$1 port=$2
folder=$(mktemp -d /tmp/roast-try-XXXXXX)
target=$(dirname "$0")/../Specs/golden/medium-400.json
serving=
finish() {
  if [ -n "$serving" ]; then
    kill -TERM "$serving" 2>/dev/null || true
    wait "$serving" 2>/dev/null || true
  fi
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 0' INT TERM

"$roast" serve --device twin:medium --speed 10 --db "$folder/roast.db" \
  --listen "unix:$folder/roast.sock" --listen "127.0.0.1:$port" --ready-file "$folder/ready" &
serving=$!
while [ ! -e "$folder/ready" ]; do
  kill -0 "$serving" 2>/dev/null || { wait "$serving"; exit; }
  sleep 0.05
done
"$roast" page --socket "$folder/roast.sock"
"$roast" pilot --socket "$folder/roast.sock" --target "$target" --mode advise &
echo "A twin is roasting. 'roast watch --socket $folder/roast.sock' shows it in a terminal. Ctrl-C ends it."
wait "$serving"
