#!/bin/bash
# install.sh install|uninstall: puts the release build and what belongs to it in place, or removes it.
# PREFIX, DESTDIR, UDEV_RULES, SYSTEMD_UNITS and ZSH_COMPLETIONS say where.
set -euo pipefail
cd "$(dirname "$0")/.."
built=.build/release/roast
prefix=${PREFIX:-/usr/local}
root=${DESTDIR:-}
units=$root${SYSTEMD_UNITS:-$prefix/lib/systemd/system}
rules=$root${UDEV_RULES:-/etc/udev/rules.d}
manual=$root$prefix/share/man/man1
bash_completion=$root$prefix/share/bash-completion/completions/roast
zsh_completion=$root${ZSH_COMPLETIONS:-$prefix/share/zsh/site-functions}/_roast
fish_completion=$root$prefix/share/fish/vendor_completions.d/roast.fish
program=$root$prefix/bin/roast
example=$root$prefix/share/roast/roast.conf
golden=$root$prefix/share/roast/golden

# put FILE: a file from standard input, its folders with it.
put() { install -D -m 0644 /dev/stdin "$1"; }

has_systemd() { [ -n "$root" ] || command -v systemctl >/dev/null; }

# 254 is the first that lets a restart wait longer each time.
can_back_off() {
  local version
  version=$(systemctl --version 2>/dev/null | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
  [ "${version:-0}" -ge 254 ]
}

install_files() {
  install -D -m 0755 $built "$program"
  $built --man | put "$manual/roast.1"
  local command
  for command in $($built --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'); do
    $built --man "$command" | put "$manual/roast-$command.1"
  done
  $built --completions bash | put "$bash_completion"
  $built --completions zsh | put "$zsh_completion"
  $built --completions fish | put "$fish_completion"
  put "$example" <packaging/roast.conf
  local case
  for case in Specs/golden/*.json Specs/golden/README.md; do
    put "$golden/${case##*/}" <"$case"
  done
  put "$rules/70-roast.rules" <udev/70-roast.rules
  has_systemd || return 0
  local unit
  for unit in roast.service roast@.service; do
    sed "s,/usr/bin/roast,$prefix/bin/roast," "packaging/systemd/$unit" | put "$units/$unit"
    if can_back_off; then put "$units/$unit.d/backoff.conf" <packaging/systemd/backoff.conf; fi
  done
}

# What a package's postinst does otherwise: the user, the configuration, and word to udev and systemd.
settle() {
  getent group roast >/dev/null || groupadd --system roast
  if command -v udevadm >/dev/null; then
    udevadm control --reload && udevadm trigger --subsystem-match=usb --attr-match=idVendor=0483
  fi
  echo "Installed. People outside the desktop session need: usermod -aG roast USER"
  has_systemd || return 0
  getent passwd roast >/dev/null ||
    useradd --system --gid roast --no-create-home --home-dir /var/lib/roast --shell /usr/sbin/nologin roast
  if [ ! -e /etc/roast/roast.conf ]; then
    sed "s/^#people = .*/people = ${SUDO_UID:-0}/" packaging/roast.conf | put /etc/roast/roast.conf
  fi
  [ ! -d /run/systemd/system ] || systemctl daemon-reload
  echo "The daemon starts, now and with the machine, by: systemctl enable --now roast"
}

uninstall_files() {
  if [ -z "$root" ] && [ -d /run/systemd/system ]; then
    systemctl disable --now roast.service 'roast@*.service' 2>/dev/null || true
  fi
  rm -f "$program" "$manual"/roast.1 "$manual"/roast-*.1 "$bash_completion" "$zsh_completion" \
    "$fish_completion" "$example" "$golden"/*.json "$golden/README.md" "$rules/70-roast.rules" \
    "$units"/roast{,@}.service \
    "$units"/roast{,@}.service.d/backoff.conf
  rmdir --ignore-fail-on-non-empty "$golden" "$(dirname "$example")" "$units"/roast{,@}.service.d 2>/dev/null || true
}

case ${1:-} in
  install)
    [ -x $built ] || { echo "Nothing to install yet: run 'make build' first." >&2; exit 1; }
    install_files
    if [ -z "$root" ]; then settle; fi
    ;;
  uninstall)
    uninstall_files
    if [ -z "$root" ]; then
      if command -v udevadm >/dev/null; then udevadm control --reload || true; fi
      [ ! -d /run/systemd/system ] || systemctl daemon-reload
      echo "Kept: /etc/roast, the roasts in /var/lib/roast, and the user and group roast."
    fi
    ;;
  *) echo "install.sh install|uninstall" >&2; exit 64 ;;
esac
