#!/bin/bash
# guest.sh: runs inside the booted Debian of boot.sh, with systemd. Installs the package and puts its
# units to work: as they are where no roaster is, then on the twin by a drop-in.
set -uo pipefail
export DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
configuration=/etc/roast/roast.conf
failed=0
expect() {
  local what=$1
  shift
  if "$@"; then echo "ok  $what"; else echo "FAILED: $what"; failed=1; fi
}
# is WANTED COMMAND ...: whether it says just that.
is() {
  local wanted=$1 said
  shift
  said=$("$@" 2>&1)
  [ "$said" = "$wanted" ] || { echo "    '$*' said: $said"; return 1; }
}
# within SECONDS COMMAND ...: whether it succeeds in that time.
within() {
  local left=$(($1 * 10))
  shift
  while ((left-- > 0)); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.1
  done
  return 1
}
say() { printf '\n-- %s\n' "$*"; }
# fact NAME: a member of what 'roast status --json' says to a user, by the last key of its path.
fact() { runuser -u "$2" -- roast status --json ${3:+--socket "$3"} | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
role() { runuser -u "$1" -- roast status --json | sed -n 's/.*"caller":{"role":"\([a-z]*\)".*/\1/p'; }
property() { systemctl show -P "$1" "${2:-roast}"; }
link() { roast status --json ${1:+--socket "$1"} | sed -n 's/.*"link":{"state":"\([a-z]*\)".*/\1/p'; }
link_is() { [ "$(link ${2:-})" = "$1" ]; }
restarted() { [ "$(property MainPID)" != "$1" ] && systemctl -q is-active roast && link_is up; }
stops_cleanly() {
  local started
  started=$(date +%s%N)
  systemctl stop "$1" && is success property Result "$1" && (($(date +%s%N) - started < 2000000000))
}
answers() (
  exec 3<>/dev/tcp/127.0.0.1/8760 || exit
  printf 'GET /%s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$1" >&3
  head -1 <&3 | grep -q ' 200 '
)
roasts() { roast roasts --json | grep -o '"status":"[a-z]*"' | sort | uniq -c | tr -s ' \n' ' '; }

useradd bob
useradd mallory
SUDO_UID=1000 apt-get install -qq -y /opt/test/roast.deb >/opt/test/apt.log 2>&1
usermod -aG roast bob

say "as it is installed, without a roaster"
expect "the unit is enabled" systemctl -q is-enabled roast
expect "the installed configuration is understood" sh -c 'roast serve --check-config | grep -qx "No problems."'
expect "it is up" within 10 systemctl -q is-active roast
expect "it looks for the roaster" within 5 link_is absent
expect "it says what to do" sh -c 'roast status | grep -q "No Bullet R1 is on the USB bus"'

say "roast.service on the twin"
mkdir -p /run/systemd/system/roast.service.d /run/systemd/system/roast@.service.d
# A roaster's clock is named by the identity of this boot.
printf '[Service]\nExecStart=\nExecStart=/usr/bin/roast serve --device twin:medium --speed 20
ExecStartPre=/bin/sh -c "read name </proc/sys/kernel/random/boot_id"\n' \
  >/run/systemd/system/roast.service.d/twin.conf
printf '[Service]\nExecStart=\nExecStart=/usr/bin/roast serve --device twin\n' \
  >/run/systemd/system/roast@.service.d/twin.conf
systemctl daemon-reload
printf '#!/bin/sh\ncat >>/var/lib/roast/told\n' >/opt/test/tell
chmod 755 /opt/test /opt/test/tell
printf 'listen = 127.0.0.1:8760\non_event = /opt/test/tell\n' >>$configuration
expect "restart waits until it says that it is ready" systemctl restart roast
expect "and it is: its socket answers at once" link_is up
expect "its socket is for the group" is "roast:roast 660" stat -c '%U:%G %a' /run/roast/roast.sock
expect "its folders are its own" is "roast:roast 750 roast:roast 700" \
  sh -c 'echo $(stat -c "%U:%G %a" /run/roast /var/lib/roast)'
expect "its database lies in /var/lib/roast" is "roast:roast 600" stat -c '%U:%G %a' /var/lib/roast/roast.db
expect "who is one of the people is the owner" is owner role alice
expect "and known by name" is "uid 1000 (alice)" fact name alice
expect "a member of the group may look" is viewer role bob
expect "nobody else reaches it" sh -c '! runuser -u mallory -- roast status 2>/dev/null'
expect "it listens where the configuration says" answers health
expect "it is ready for others too" within 5 answers ready
expect "the owner's command is told of events" within 20 grep -q '"event":"roast_began"' /var/lib/roast/told
pid=$(property MainPID)
sed -i 's/^people = 1000$/people = 1000, bob/' $configuration
expect "reload rereads the people" systemctl reload roast
expect "bob is one of them" within 5 is owner role bob
expect "it is the same process" is "$pid" property MainPID
expect "root takes a backup while it runs" roast backup /root/backup.db
expect "no capability, and no privilege to gain" is "0000000000000000 1" \
  sh -c "echo \$(sed -n 's/^\(CapEff\|NoNewPrivs\):\s*//p' /proc/$pid/status)"
sleep 12
expect "signs of life keep it up beyond its 10 s" is "$pid 0" sh -c 'echo $(systemctl show -P MainPID -P NRestarts roast)'
kill -STOP "$pid"
expect "without them it is started anew" within 15 restarted "$pid"
expect "because of the watchdog" sh -c 'journalctl -q -o cat -u roast | grep -q "Watchdog timeout"'
pid=$(property MainPID)
kill -9 "$pid"
expect "killed, it is up again within 5 s" within 5 restarted "$pid"
expect "and knows what it roasted" sh -c 'roast roasts --json | grep -q "\"id\":1"'
echo "    roasts:$(roasts)"
if grep -q '^Max nice priority *24 ' "/proc/$(property MainPID)/limits"; then
  expect "its threads have the priorities that they ask for" sh -c \
    '! journalctl -q -b -u roast | grep "thread priority"'
else
  echo "--  not tried: this machine's root may not raise a limit, so LimitNICE= has no effect"
fi
expect "it stops within 2 s, without a complaint" stops_cleanly roast
expect "stopped, it leaves nothing in /run" test ! -e /run/roast
expect "and one whole database beside its lock" is "roast.db roast.db.lock" \
  sh -c 'cd /var/lib/roast && echo roast.db*'
expect "nothing was refused to it" sh -c '! journalctl -q -b -u roast | grep -Ei "SIGSYS|status=31|not permitted|denied"'
sed -i '/^listen\|^on_event/d' $configuration

say "roast@.service, one of several"
systemctl start roast
expect "it starts" systemctl start roast@A1
expect "in the place of the one for any roaster" is inactive systemctl is-active roast
expect "a second one is beside it" systemctl start roast@B2
for name in A1 B2; do
  expect "$name is up at a socket of its own" link_is up /run/roast/$name/roast.sock
  expect "with a database of its own" test "$(fact path alice /run/roast/$name/roast.sock)" = /var/lib/roast/$name/roast.db
  expect "which is there" is "roast:roast 600" stat -c '%U:%G %a' /var/lib/roast/$name/roast.db
done
expect "it stops within 2 s, without a complaint" stops_cleanly roast@A1
expect "the other goes on" link_is up /run/roast/B2/roast.sock
systemctl start roast
expect "the one for any roaster takes their place" is inactive systemctl is-active roast@B2

say "libusb in the unit's sandbox"
printf '[Service]\nType=oneshot\nRestart=no\nWatchdogSec=0\nExecStart=\nExecStart=-/usr/bin/roast doctor --json\n' \
  >/run/systemd/system/roast.service.d/twin.conf
systemctl daemon-reload
systemctl restart roast
expect "it works" sh -c 'journalctl -q -o cat -u roast | grep -q "libusb 1"'
expect "nothing was refused to it" sh -c '! journalctl -q -b -u roast -u "roast@*" | grep -Ei "SIGSYS|status=31|core-dump|not permitted"'

say "purged while it runs"
rm -r /run/systemd/system/roast*.d
systemctl daemon-reload
systemctl start roast@A1
expect "nothing of it runs" sh -c \
  'apt-get purge -qq -y roast >/opt/test/apt.log 2>&1 && ! pgrep -u roast 2>/dev/null && ! pgrep -x roast'
expect "no unit is left" is "" systemctl list-unit-files --no-legend 'roast*'
expect "the roasts are" test -s /var/lib/roast/roast.db
journalctl -q -b -u roast -u 'roast@*' -o short-monotonic >/opt/test/journal
[ $failed = 0 ] && echo passed
exit 0
