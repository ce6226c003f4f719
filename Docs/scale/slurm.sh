#!/bin/bash
#SBATCH --job-name=roast-sweep
#SBATCH --array=1-64
#SBATCH --cpus-per-task=1
#SBATCH --mem=500M
#SBATCH --time=01:00:00
#SBATCH --output=sweep/%a.log
# One shard of a sweep: sbatch --array=1-N slurm.sh [OPTIONS OF ROAST EVALUATE]
# The folder sweep must be there when the array starts: Slurm opens its logs before this runs.
set -euo pipefail
number=${SLURM_ARRAY_TASK_ID:?this is for sbatch --array=1-N}
shards=${SLURM_ARRAY_TASK_COUNT:?}
code=0
"${ROAST:-roast}" evaluate --jobs "${SLURM_CPUS_PER_TASK:-1}" --shard "$number/$shards" --json "$@" \
  >"sweep/$number.part" || code=$?
# Exit code 1 is a finding, not a crash: the shard is whole all the same.
[ "$code" -le 1 ] || exit "$code"
mv "sweep/$number.part" "sweep/$number.json"
