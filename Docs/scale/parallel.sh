#!/bin/bash
# parallel.sh SHARDS [OPTIONS OF ROAST EVALUATE]: a sweep in shards by GNU parallel, joined in sweep/.
set -euo pipefail
shards=${1:?how many shards}
shift
roast=${ROAST:-roast}
out=${SWEEP:-sweep}
mkdir -p "$out"

# Exit code 1 is a finding, not a crash: the shard is whole all the same.
shard() {
  local number=$1 shards=$2 roast=$3 out=$4 code=0
  shift 4
  [ ! -s "$out/$number.json" ] || return 0
  "$roast" evaluate --jobs 1 --shard "$number/$shards" --json "$@" >"$out/$number.part" || code=$?
  [ "$code" -le 1 ] || return "$code"
  mv "$out/$number.part" "$out/$number.json"
}
export -f shard

parallel --will-cite --halt now,fail=1 shard {} "$shards" "$roast" "$out" "$@" ::: $(seq "$shards")
files=()
for number in $(seq "$shards"); do files+=("$out/$number.json"); done
"$roast" evaluate merge "${files[@]}" --json >"$out/result.json"
