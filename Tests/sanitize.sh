#!/bin/bash
# The test suite under AddressSanitizer, then under ThreadSanitizer, each in a build of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
for sanitizer in address thread; do
  echo "== $sanitizer"
  scratch=.build/$sanitizer
  swift build --build-tests --sanitize=$sanitizer --scratch-path $scratch
  # ThreadSanitizer's shadow memory does not fit under the file-size limit that one test sets, and a
  # closed terminal is noticed too late for another one's patience.
  skipped=(--skip 'a disk that is full')
  [ $sanitizer = address ] || skipped+=(--skip 'a terminal that is closed')
  # One test at a time: a sanitizer slows everything, and some tests measure time.
  # libumockdev is preloaded into the programs under test, ahead of the sanitizer's own runtime.
  ASAN_OPTIONS=verify_asan_link_order=0 LSAN_OPTIONS=suppressions=$PWD/Tests/sanitize.supp \
    TSAN_OPTIONS=suppressions=$PWD/Tests/thread.supp \
    swift test --skip-build --no-parallel "${skipped[@]}" --sanitize=$sanitizer --scratch-path $scratch
done
