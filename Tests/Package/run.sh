#!/bin/bash
# run.sh: the Debian package, looked at by lintian and systemd, then installed, run, upgraded and
# purged in a Debian of its own (.build/package; made once by debootstrap), and run by a systemd
# there (boot.sh). Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
package=$(ls "$PWD"/.build/deb/roast_*.deb)
work=$PWD/.build/package
root=$work/root
base=$work/base
suite=bookworm
mirror=${MIRROR:-http://deb.debian.org/debian}

say() { printf '\n== %s\n' "$*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }
expect() { local what=$1; shift; "$@" || fail "$what"; echo "ok  $what"; }
inside() { timeout 300 chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C \
  DEBIAN_FRONTEND=noninteractive "$@"; }
# What other programs keep for themselves is left out.
files() {
  inside find / -xdev -not -path '/var/lib/dpkg/*' -not -path '/var/cache/*' -not -path '/var/log/*' \
    -not -path '/proc/*' -not -path '/tmp/*' -not -path /run/adduser -not -path '/etc/*-' | sort
}
# SUDO_UID is as sudo sets it for the person who installs.
install_package() {
  inside SUDO_UID="${1:-}" apt-get install -qq -y --reinstall /tmp/roast.deb >"$work/apt.log" 2>&1 ||
    { cat "$work/apt.log" >&2; fail "it installs"; }
}

look() {
  say "lintian"
  lintian --fail-on error,warning "$package" 2>&1 | grep -v 'running with root' || true
  expect "lintian finds neither error nor warning" lintian --fail-on error,warning --quiet "$package" 2>/dev/null

  say "systemd"
  local tree=$work/tree unit
  rm -rf "$tree"
  dpkg-deb -x "$package" "$tree"
  mkdir "$tree/units"
  for unit in roast.service roast@.service; do
    sed "s,^ExecStart=/usr/bin,ExecStart=$tree/usr/bin," "$tree/lib/systemd/system/$unit" >"$tree/units/$unit"
  done
  mv "$tree/units/roast@.service" "$tree/units/roast@A1.service"
  for unit in roast.service roast@A1.service; do
    (cd "$tree/units" && MANPATH=$tree/usr/share/man systemd-analyze verify "./$unit") 2>&1 | tee "$work/verify.log"
    expect "$unit verifies without a word" test ! -s "$work/verify.log"
    systemd-analyze security --offline=true --threshold=20 "$tree/units/$unit" | tail -1
    systemd-analyze security --offline=true --threshold=20 "$tree/units/$unit" >/dev/null ||
      fail "$unit is exposed more than 2.0"
  done

  say "manual pages"
  local page
  for page in "$tree"/usr/share/man/man1/*; do
    LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -l "$page" 2>>"$work/man.log" >/dev/null
  done
  expect "man reads $(ls "$tree"/usr/share/man/man1 | wc -l) pages without a warning" test ! -s "$work/man.log"
}

make_root() {
  say "a Debian of its own"
  if [ ! -e "$base/.made" ]; then
    rm -rf "$base"
    debootstrap --variant=minbase $suite "$base" "$mirror" >"$work/debootstrap.log" 2>&1 ||
      { tail -20 "$work/debootstrap.log" >&2; fail "debootstrap"; }
    touch "$base/.made"
  fi
  mountpoint -q "$root/proc" && umount "$root/proc"
  rm -rf --one-file-system "$root"
  cp -a "$base" "$root"
  rm "$root/.made"
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  cp "$package" "$root/tmp/roast.deb"
  # Swift reads a program's arguments from there.
  mount --bind /proc "$root/proc"
  trap 'umount "$root/proc"' EXIT
  inside useradd --create-home --uid 1000 alice
  inside apt-get satisfy -qq -y "$(dpkg-deb -f "$package" Depends)" >"$work/apt.log" 2>&1
  files >"$work/before"
  echo "ok  $(cat "$root/etc/debian_version")"
}

try_program() {
  say "installed by alice, with sudo"
  install_package 1000
  expect "roast --version" inside roast --version
  expect "every library is there" inside sh -c '! ldd /usr/bin/roast | grep "not found"'
  expect "the unit is enabled" test -L "$root/etc/systemd/system/multi-user.target.wants/roast.service"
  expect "alice is one of the people" grep -qx 'people = 1000' "$root/etc/roast/roast.conf"
  expect "alice is in the group" inside sh -c 'id -nG alice | grep -qw roast'
  expect "the daemon's user cannot log in" inside sh -c 'getent passwd roast | grep -q nologin'
  expect "a roast on the twin" inside roast simulate --scenario light --out /tmp/light.csv
}

try_daemon() {
  say "the unit's command"
  expect "the installed configuration is understood" inside sh -c \
    'roast serve --check-config --config /etc/roast/roast.conf | grep -x "No problems."'
  sed 's/^#\([a-z_]* = \)/\1/' "$root/usr/share/roast/roast.conf" >"$root/tmp/every.conf"
  expect "so is each line of the example" inside sh -c \
    'roast serve --check-config --config /tmp/every.conf | grep -x "No problems."'
  expect "and each is read" test "$(grep -c '^[a-z_]* = ' "$root/tmp/every.conf")" = "$(inside roast \
    serve --check-config --config /tmp/every.conf | grep -c 'every.conf, line')"
  expect "it serves, says so, and ends in time" python3 Tests/Package/serve.py "$root" roast.service
  expect "it serves one of several" python3 Tests/Package/serve.py "$root" roast@.service A1
}

try_upgrade() {
  say "upgraded"
  sed -i 's/^#unit = C/unit = F/' "$root/etc/roast/roast.conf"
  install_package
  expect "what the owner wrote is kept" grep -qx 'unit = F' "$root/etc/roast/roast.conf"
  expect "so are the people" grep -qx 'people = 1000' "$root/etc/roast/roast.conf"
}

try_purge() {
  say "purged"
  inside install -d -o roast -g roast -m 0700 /var/lib/roast
  inside sh -c 'echo roasts >/var/lib/roast/roast.db'
  inside apt-get purge -qq -y roast 2>&1 | grep '^roast:' || fail "it says that roasts are kept"
  expect "roasts are kept unless their owner says otherwise" test -s "$root/var/lib/roast/roast.db"
  expect "the configuration is gone" test ! -e "$root/etc/roast"
  install_package
  expect "nobody is one of the people where nobody is known" inside sh -c '! grep -q "^people" /etc/roast/roast.conf'
  inside sh -c 'echo "roast roast/forget boolean true" | debconf-set-selections'
  inside apt-get purge -qq -y roast >"$work/apt.log" 2>&1
  files >"$work/after"
  diff "$work/before" "$work/after" || fail "files are left"
  echo "ok  not a file is left"
  expect "no user is left" inside sh -c '! getent passwd roast && ! getent group roast'
  expect "no question is left" inside sh -c '! grep -q roast /var/cache/debconf/config.dat'
  expect "dpkg knows nothing of it" inside sh -c '! dpkg -s roast 2>/dev/null'
}

try_make_install() {
  say "make install, and uninstall"
  mkdir -p "$root/tmp/source/.build/release"
  cp -a packaging udev Makefile "$root/tmp/source"
  cp .build/release/roast "$root/tmp/source/.build/release"
  inside SUDO_UID=1000 /tmp/source/packaging/install.sh install >"$work/install.log"
  expect "the program is in /usr/local" inside /usr/local/bin/roast --version
  expect "with a manual page for each command" test -s "$root/usr/local/share/man/man1/roast-watch.1"
  inside /tmp/source/packaging/install.sh uninstall >"$work/install.log"
  inside groupdel roast
  files >"$work/after"
  expect "no file is left" test -z "$(comm -13 "$work/before" "$work/after" | xargs -I{} find "$root{}" -maxdepth 0 -type f)"
  inside DESTDIR=/tmp/image PREFIX=/opt/roast /tmp/source/packaging/install.sh install
  expect "the unit runs what was installed" grep -qx 'ExecStart=/opt/roast/bin/roast serve --device usb' \
    "$root/tmp/image/opt/roast/lib/systemd/system/roast.service"
  inside DESTDIR=/tmp/image PREFIX=/opt/roast /tmp/source/packaging/install.sh uninstall
  expect "no file is left in an image" test -z "$(find "$root/tmp/image" -type f)"
}

mkdir -p "$work"
rm -f "$work/man.log"
look
make_root
try_program
try_daemon
try_upgrade
try_purge
try_make_install
say "under systemd, in a machine of its own"
umount "$root/proc"
trap - EXIT
Tests/Package/boot.sh "$root" || fail "under systemd; $work/boot.log and $work/machine/opt/test tell more"
rm -rf --one-file-system "$root" "$work/machine"
say "done"
