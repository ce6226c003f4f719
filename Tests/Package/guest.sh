#!/bin/bash
# guest.sh: runs inside the booted Debian of boot.sh, with systemd. Installs the package and puts its
# units to work on the twin.
set -uo pipefail
export DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
failed=0
expect() {
  local what=$1
  shift
  if "$@"; then echo "ok  $what"; else echo "FAILED: $what"; failed=1; fi
}
# until SECONDS COMMAND ...: whether it succeeds within that time.
until_true() {
  local left=$(($1 * 10))
  shift
  while ((left-- > 0)); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.1
  done
  return 1
}
main_pid() { systemctl show -P MainPID "$1"; }
restarted() { [ "$(main_pid roast)" != "$1" ] && systemctl -q is-active roast && [ -S /run/roast/roast.sock ]; }
stops_cleanly() {
  local started=$(date +%s%N)
  systemctl stop "$1" && [ "$(systemctl show -P Result "$1")" = success ] &&
    (($(date +%s%N) - started < 2500000000))
}
# The unit's command with another device; a build without 'serve' has a twin that can be connected to.
use_twin() {
  local unit=$1 folder=$2 lines
  if roast --help | grep -q '^  serve '; then
    lines="ExecStart=/usr/bin/roast serve --device twin:medium"
  else
    lines="Type=exec"$'\n'"WatchdogSec=0"$'\n'"ExecStart=/usr/bin/roast simulate --serve unix:$folder/roast.sock"
  fi
  mkdir -p "/run/systemd/system/$unit.d"
  printf '[Service]\nExecStart=\n%s\n' "$lines" >"/run/systemd/system/$unit.d/twin.conf"
  systemctl daemon-reload
}

SUDO_UID=1000 apt-get install -qq -y /opt/test/roast.deb >/opt/test/apt.log 2>&1
expect "it installs under systemd" sh -c 'dpkg -s roast >/dev/null'
expect "the unit is enabled" systemctl -q is-enabled roast
if roast --help | grep -q '^  serve '; then
  expect "without a roaster it is up and waits" until_true 10 systemctl -q is-active roast
fi
use_twin roast.service /run/roast
systemctl reset-failed roast
expect "it starts, sandboxed" systemctl restart roast
expect "its socket is there" until_true 10 test -S /run/roast/roast.sock
expect "its folders are its own" test "$(stat -c '%U:%G %a' /run/roast /var/lib/roast | tr '\n' ,)" = "roast:roast 750,roast:roast 700,"
pid=$(main_pid roast)
sleep 12
expect "it outlives the watchdog" test "$(main_pid roast)" = "$pid"
expect "it has no capability and gains no privilege" test \
  "$(sed -n 's/^\(CapEff\|NoNewPrivs\):\s*//p' "/proc/$pid/status" | tr '\n' ,)" = "0000000000000000,1,"
kill -9 "$pid"
expect "killed, it is up again within 5 s" until_true 5 restarted "$pid"
expect "it stops within 2 s, without a complaint" stops_cleanly roast
expect "stopped, it leaves nothing in /run" test ! -e /run/roast

use_twin roast@.service /run/roast/%i
systemctl start roast
expect "one of several starts" systemctl start roast@A1
expect "with a socket of its own" until_true 10 test -S /run/roast/A1/roast.sock
expect "in the place of the one for any roaster" test "$(systemctl is-active roast)" = inactive
expect "a second one is beside it" systemctl start roast@B2
expect "both are up" test "$(systemctl is-active roast@A1 roast@B2 | sort -u)" = active
systemctl start roast
expect "the one for any roaster takes their place" test "$(systemctl is-active roast@A1)" = inactive

# The unit's own sandbox around the parts that talk to USB.
mkdir -p /run/systemd/system/roast.service.d
printf '[Service]\nType=oneshot\nRestart=no\nWatchdogSec=0\nExecStart=\nExecStart=-/usr/bin/roast doctor --json\n' \
  >/run/systemd/system/roast.service.d/twin.conf
systemctl daemon-reload
systemctl restart roast
expect "libusb works in the sandbox" sh -c 'journalctl -q -o cat -u roast | grep -q "libusb 1"'
expect "nothing was refused to it" sh -c '! journalctl -q -b -u roast -u "roast@*" | grep -Ei "SIGSYS|status=31|core-dump|not permitted"'

rm -r /run/systemd/system/roast*.d
systemctl daemon-reload
systemctl start roast@A1 2>/dev/null
apt-get purge -qq -y roast >/opt/test/apt.log 2>&1
expect "purged, nothing of it runs" sh -c '! pgrep -u roast 2>/dev/null && ! pgrep -x roast'
expect "no unit is left" test -z "$(systemctl list-unit-files --no-legend 'roast*')"
journalctl -q -b -u roast -u 'roast@*' -o short-monotonic >/opt/test/journal
[ $failed = 0 ] && echo passed
exit 0
