#!/bin/bash
# Fuzzes decoding, the recording reader, the USB/IP server, scenario and schedule files, configuration
# files, JSON, and requests: Tests/Fuzz/run.sh [SECONDS of each target, default 60].
# What is found lies in .build/fuzz/findings; run it again with
#   .build/fuzz/<target> .build/fuzz/findings/<target>-<finding>
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
build=.build/fuzz
common=(-swift-version 6 -O -parse-as-library -enable-testing -I "$build"
  -enable-upcoming-feature ExistentialAny
  -enable-upcoming-feature NonisolatedNonsendingByDefault)
linked=(-L "$build" -lSimulator -lDriver -lRoaster -lm -use-ld=lld)
instrumented=(-sanitize=fuzzer,address)
# The runtime's crash report takes seconds and says no more than the fuzzer's.
export SWIFT_BACKTRACE=enable=no

# The modules of the house, built again with the coverage that the fuzzer steers by.
build_module() { # NAME FOLDER|FILES
  swiftc "${common[@]}" "${instrumented[@]}" -wmo -module-name "$1" \
    -emit-module -emit-module-path "$build/$1.swiftmodule" \
    -emit-library -static -o "$build/lib$1.a" $(find "${@:2}" -name '*.swift' ! -name ShippedScenarios.swift)
}

build_target() { # NAME SOURCES
  swiftc "${common[@]}" "${instrumented[@]}" -wmo "${@:2}" -o "$build/$1" "${linked[@]}"
}

build_seeds() {
  swiftc "${common[@]}" -sanitize=address Tests/Fuzz/Seeds.swift \
    -o "$build/seeds-writer" "${linked[@]}"
  mkdir -p "$build"/seeds/{decode,recording,usbip,scenario,configuration,json,request,route}
  "$build/seeds-writer" "$build/seeds"
  local file
  for file in Simulator/scenarios/*.json; do
    cp "$file" "$build/seeds/json/"
    { printf '\0'; cat "$file"; } >"$build/seeds/scenario/$(basename "$file")"
  done
  cp packaging/roast.conf "$build/seeds/configuration/"
  sed 's/^#\([a-z_]* = \)/\1/' packaging/roast.conf >"$build/seeds/configuration/all"
  { printf '\1'; cat Tests/Fixtures/physics/invented-schedule.csv; } >"$build/seeds/scenario/schedule"
  printf '{"a":[1,-2.5e3,"\\u00e9\\ud83d\\ude00\\n",true,null],"\\"":{}}' >"$build/seeds/json/all"
  printf 'POST\nHTTP/1.1\n/v1/roasts/7/events?q=a+b%%20c&x=%%C3%%A9\nHost:localhost:8760\n%s\n%s\n%s\n%s' \
    'Origin:http://[::1]:8760' 'Cookie:a=b; roast_session="x"' 'Last-Event-ID:run-7' 'Content-Length:12' \
    >"$build/seeds/request/all"
  printf 'POST\n/v1/roasts/current/events\n{"event":"first_crack","at":"2026-11-21T09:30:00Z","key":"k"}' \
    >"$build/seeds/route/mark"
  printf 'GET\n/v1/telemetry?roast=last&from=-10&to=20&step=0.5\n' >"$build/seeds/route/telemetry"
  printf 'GET\n/v1/roasts?limit=5&before=9&from=2026-11-21T09:30:00%%2B01:00\n' >"$build/seeds/route/roasts"
  printf 'PATCH\n/v1/roasts/7\n{"title":null,"grams_in":450.5,"notes":"a\\nb"}' >"$build/seeds/route/edit"
}

fuzz() { # NAME LONGEST OPTIONS
  local log=$build/$1.log result=passed
  mkdir -p "$build/corpus/$1" "$build/findings"
  "$build/$1" -max_total_time="$seconds" -max_len="$2" -timeout=5 -rss_limit_mb=1024 \
    -use_value_profile=1 "${@:3}" -print_final_stats=1 -artifact_prefix="$build/findings/$1-" \
    "$build/corpus/$1" "$build/seeds/$1" >"$log" 2>&1 || result=FAILED
  local runs
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  printf '%-10s %12s runs %6s s   %s\n' "$1" "${runs:-?}" "$seconds" "$result"
  if [ "$result" = passed ]; then return 0; fi
  grep -E 'Fatal error|ERROR: |SUMMARY|Test unit written' "$log" || tail -20 "$log"
  grep -E '#[0-9]+ 0x.* in \$s' "$log" | swift demangle --compact | head -5 | cut -c1-160
  return 1
}

mkdir -p "$build"
build_module Roaster Sources/Roaster
build_module Driver Sources/Driver
# The shipped scenarios are resources of the package build; their files are the seeds here.
build_module Simulator Simulator
build_target decode Tests/Fuzz/DecodeFuzz.swift
build_target recording Tests/Fuzz/Recording*.swift
build_target usbip Tests/Fuzz/USBIPFuzz.swift
build_target scenario Tests/Fuzz/ScenarioFuzz.swift
# Of the daemon only what a configuration is read with.
build_module Daemon Sources/Daemon/HTTP/{Listener,SocketAddress}.swift
build_target configuration Tests/Fuzz/ConfigurationFuzz.swift \
  Sources/roast/Configuration/{ConfigurationFile,Setting}.swift -lDaemon
build_target json Tests/Fuzz/JSONFuzz.swift
# Only what reads what strangers write; libmicrohttpd is not fuzzed here.
build_target request Tests/Fuzz/RequestFuzz.swift \
  Sources/Daemon/HTTP/{APIError,HTTPResponse,Limits,RequestHead,RequestTarget}.swift \
  Sources/Daemon/HTTP/{EventRing,EventStream,Listener,SocketAddress}.swift \
  Sources/Daemon/OwnClock.swift \
  Sources/Daemon/Access/{Caller,Cookies,HostName,Role,SecurityHeaders}.swift
build_target route Tests/Fuzz/RouteFuzz.swift \
  Sources/Daemon/HTTP/{APIError,HTTPRequest,HTTPResponse,Limits,Peer,RequestTarget}.swift \
  Sources/Daemon/API/{APIError+Kinds,Endpoint,Parameters,RequestBody}.swift \
  Sources/Daemon/Access/{Role,SecurityHeaders}.swift
build_seeds
failures=0
fuzz decode 160 || failures=$((failures + 1))
fuzz recording 4096 -dict=Tests/Fuzz/recording.dict || failures=$((failures + 1))
fuzz usbip 1024 || failures=$((failures + 1))
fuzz configuration 2048 -dict=Tests/Fuzz/configuration.dict || failures=$((failures + 1))
fuzz route 2048 -dict=Tests/Fuzz/json.dict || failures=$((failures + 1))
fuzz scenario 4096 || failures=$((failures + 1))
fuzz json 4096 -dict=Tests/Fuzz/json.dict || failures=$((failures + 1))
fuzz request 4096 -dict=Tests/Fuzz/request.dict || failures=$((failures + 1))
exit $((failures > 0))
