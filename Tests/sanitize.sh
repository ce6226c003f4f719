#!/bin/bash
# The test suite under AddressSanitizer, then under ThreadSanitizer, each in a build of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
for sanitizer in address thread; do
  echo "== $sanitizer"
  scratch=.build/$sanitizer
  swift build --build-tests --sanitize=$sanitizer --scratch-path $scratch
  # libumockdev is preloaded into the programs under test, ahead of the sanitizer's own runtime.
  ASAN_OPTIONS=verify_asan_link_order=0 LSAN_OPTIONS=suppressions=$PWD/Tests/sanitize.supp \
    swift test --skip-build --sanitize=$sanitizer --scratch-path $scratch
done
