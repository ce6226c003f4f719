#!/bin/bash
# boot.sh ROOT: boots a copy of ROOT, a Debian without roast, under a systemd of its own, and puts
# the package's units to work there (guest.sh). Needs root, and systemd-nspawn.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$1
work=$PWD/.build/package
machine=$work/machine

rm -rf --one-file-system "$machine"
cp -a "$root" "$machine"
chroot "$machine" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
  systemd systemd-sysv udev procps >"$work/apt.log" 2>&1
mkdir -p "$machine/opt/test"
cp .build/deb/roast_*.deb "$machine/opt/test/roast.deb"
cp Tests/Package/guest.sh "$machine/opt/test"
cat >"$machine/etc/systemd/system/package-test.service" <<'UNIT'
[Unit]
SuccessAction=poweroff-force
FailureAction=poweroff-force
[Service]
Type=oneshot
ExecStart=/bin/bash /opt/test/guest.sh
StandardOutput=file:/opt/test/result
StandardError=inherit
TimeoutStartSec=240
[Install]
WantedBy=multi-user.target
UNIT
ln -s /etc/systemd/system/package-test.service "$machine/etc/systemd/system/multi-user.target.wants/"
timeout 300 systemd-nspawn --quiet --directory="$machine" --register=no --keep-unit --boot \
  </dev/null >"$work/boot.log" 2>&1 || true
[ -e "$machine/opt/test/result" ] || { tail -20 "$work/boot.log" >&2; exit 1; }
cat "$machine/opt/test/result"
cp "$machine"/opt/test/journal "$work/journal" || true
grep -qx passed "$machine/opt/test/result"
