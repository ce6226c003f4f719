#!/bin/bash
# Runs in the guest, over the host's root: ROAST, SIMULATE, TREE and SOURCE are set by init.sh.
set -uo pipefail
logs=/run/e2e
mkdir -p $logs
cd $logs
# Where every user of the guest may read it, whatever the host's folders allow.
roast=/run/roast
cp "$ROAST" $roast

say() { echo "E2E $*"; }
show() { sed 's/^/E2E   /' "$1"; } # FILE
fail() {
  say "FAILED: $*"
  tail -n 5 $logs/* | cut -c1-300
  exit 1
}

# Waits for a command to succeed; never for a guessed time.
await() { # SECONDS WHAT COMMAND...
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || fail "waited in vain for $what"
    sleep 0.1
  done
}

on_bus() { grep -qsx 0483 /sys/bus/usb/devices/*/idVendor; }
off_bus() { ! on_bus; }
node() { echo /dev/bus/usb/*/"$(printf %03d "$(cat "$(dirname "$(grep -lsx 0483 /sys/bus/usb/devices/*/idVendor)")/devnum")")"; }

attach() {
  usbip attach -r 127.0.0.1 -b 1-1 >> usbip.log 2>&1 || fail "usbip attach"
  await 10 "the roaster on the bus" on_bus
}

start_simulator() {
  "$SIMULATE" simulate --scenario medium --usbip 127.0.0.1:3240 > simulate.log 2>&1 &
  simulator=$!
  await 10 "the simulator" usbip list -r 127.0.0.1
}

# doctor must end with a code and say something.
doctor() { # CODE TEXT RUNNER...
  local wanted=$1 text=$2 code
  shift 2
  "$@" $roast doctor > doctor.log 2>&1
  code=$?
  [ "$code" = "$wanted" ] || fail "doctor ended with $code, not $wanted"
  grep -q "$text" doctor.log || fail "doctor does not say '$text'"
}

# The next line of the running watch in which the link is so.
await_link() { # LINK
  await 15 "the link to be $1" eval "tail -n +$((seen + 1)) replug.jsonl | grep '\"link\":\"$1\"'"
  seen=$(wc -l < replug.jsonl)
}

ip link set lo up 2> /dev/null || busybox ifconfig lo up
(exec -a systemd-udevd "$TREE/bin/udevadm" --daemon) > udevd.log 2>&1 || fail "udevd"
say "kernel $(uname -r), up after $(cut -d' ' -f1 /proc/uptime) s"

doctor 4 "No Bullet R1 is on the USB bus"
say "without a roaster, doctor says so"

start_simulator
attach
doctor 0 "polls a second"
say "attached as $(node); doctor:"
show doctor.log

$roast watch --json --for 5 > watch.jsonl 2> watch.log || fail "watch ended with $?"
points=$(grep -c '"valid":true' watch.jsonl)
say "watch for 5 s: $points valid points, such as"
grep '"valid":true' watch.jsonl | tail -1 | cut -c1-200 > point.log
show point.log
# A busy host makes the guest slow, but never wrong.
[ "$points" -ge 10 ] || fail "only $points points"
sed -n 's/.*"seq":\([0-9]*\),.*/\1/p' watch.jsonl | awk '$1 != NR - 1 { exit 1 }' ||
  fail "a point is missing"
grep -q '"link":"absent"' watch.jsonl && fail "the link was lost"

# Who may open it: the udev rule and the group, as 'make install' puts them.
stranger="setpriv --reuid=65534 --regid=65534 --clear-groups"
doctor 1 "PROBLEM" $stranger
mkdir -p "$SOURCE/.build/release"
cp $roast "$SOURCE/.build/release/roast"
make -s -C "$SOURCE" install > install.log 2>&1 || fail "make install"
member="setpriv --reuid=65534 --regid=65534 --groups=$(getent group roast | cut -d: -f3)"
is_for_group() { [ "$(stat -c %G:%a "$(node)")" = roast:660 ]; }
await 10 "the node to be the group's" is_for_group
doctor 1 "PROBLEM" $stranger
doctor 0 "polls a second" $member
say "after 'make install' the node is $(stat -c '%U:%G %a' "$(node)"): the group may, a stranger may not"

seen=0
$roast watch --json --for 60 > replug.jsonl 2> replug.log &
watch=$!
await_link up
usbip detach -p 0 >> usbip.log 2>&1 || fail "usbip detach"
await_link absent
attach
await_link up
say "detached and attached: up, absent, up"
kill "$simulator"
await_link absent
await 10 "an empty bus" off_bus
start_simulator
attach
await_link up
say "simulator killed and started again: up, absent, up"
kill -TERM "$watch" # a shell lets its background jobs ignore INT
wait "$watch" || fail "watch ended with $?"

dmesg | grep -E 'BUG|WARNING|Oops' && fail "the kernel complains"
say "all passed after $(cut -d' ' -f1 /proc/uptime) s"
exit 0
