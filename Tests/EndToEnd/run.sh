#!/bin/bash
# The real kernel's USB stack against the simulated roaster: boots Debian's kernel in QEMU, attaches
# the twin over USB/IP, and lets 'roast' find it, poll it, lose it and find it again (Specs/twin.md).
#   Tests/EndToEnd/run.sh [ROAST_BINARY]     default .build/release/roast; built elsewhere is fine
# ROAST_SIMULATE names another binary for 'simulate'. Needs no hardware, no KVM and no kernel module
# on this machine; what it needs from Debian it gets. The guest sees this machine's root; what it
# writes stays in its memory.
set -euo pipefail
source=$(realpath "$(dirname "$0")/../..")
ROAST=$(realpath -m "${1:-$source/.build/release/roast}")
SIMULATE=$(realpath -m "${ROAST_SIMULATE:-$ROAST}")
cd "$source"

installed_packages="qemu-system-x86 seabios busybox-static cpio xz-utils"
# Looked into, not installed: none of them has a place on a machine that only tests.
unpacked_packages="udev usbip"
modules="virtio_pci 9pnet_virtio 9p overlay vhci-hcd"
limit_seconds=90

build=$source/.build/e2e
tree=$build/tree

say() { echo "e2e: $*" >&2; }
give_up() { say "$*"; exit 1; }

install_packages() {
  local missing=() package sudo=sudo
  [ "$(id -u)" = 0 ] && sudo=
  for package in $installed_packages; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing from Debian: ${missing[*]}"
  $sudo apt-get update -qq
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >/dev/null
}

# The full kernel image: the cloud image has no USB.
unpack_packages() {
  [ ! -e "$tree/complete" ] || return 0
  local kernel archive
  kernel=$(apt-cache depends linux-image-amd64 | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -1)
  [ -n "$kernel" ] || give_up "no linux-image-amd64 to be had: is this Debian on amd64?"
  say "unpacking from Debian: $kernel $unpacked_packages"
  rm -rf "$tree" "$build/archives"
  mkdir -p "$tree" "$build/archives"
  (cd "$build/archives" && apt-get download -qq -o APT::Sandbox::User=root "$kernel" $unpacked_packages)
  for archive in "$build"/archives/*.deb; do dpkg -x "$archive" "$tree"; done
  unpack_kernel "$tree"/boot/vmlinuz-* > "$tree/vmlinux"
  rm -rf "$build/archives"
  touch "$tree/complete"
}

# A kernel that need not unpack itself under emulation boots in half the time.
unpack_kernel() { # VMLINUZ
  local offset
  offset=$(LC_ALL=C grep -abo -m1 -P '\xFD7zXZ\x00' "$1" | head -1 | cut -d: -f1) || true
  [ -n "$offset" ] || give_up "$1 holds no xz stream"
  xz -dc --single-stream < <(tail -c +$((offset + 1)) "$1") # more follows that is no xz
}

# The files of the modules, each after those that it needs.
module_files() { # NAME...
  local name file
  for name in "$@"; do
    file=$(find "$tree"/lib/modules -name "${name//[-_]/[-_]}.ko" | head -1)
    [ -n "$file" ] || continue # built into the kernel
    module_files $(tr '\0' '\n' < "$file" | sed -n 's/^depends=//p' | tr ',' ' ')
    echo "$file"
  done
}

build_initramfs() {
  local root=$build/initramfs file number=10
  rm -rf "$root"
  mkdir -p "$root"/{bin,modules,proc,sys,dev,host,memory,root}
  cp /bin/busybox "$root/bin/"
  cp Tests/EndToEnd/init.sh "$root/init"
  chmod +x "$root/init"
  module_files $modules | awk '!seen[$0]++' | while read -r file; do
    cp "$file" "$root/modules/$number-$(basename "$file")"
    number=$((number + 1))
  done
  # The names that only this side knows.
  printf '%s=%q\n' ROAST "$ROAST" SIMULATE "$SIMULATE" TREE "$tree" SOURCE "$source" > "$root/settings"
  (cd "$root" && find . | cpio --quiet -o -H newc) > "$build/initramfs.cpio"
}

run_guest() {
  timeout --foreground "$limit_seconds" qemu-system-x86_64 \
    -accel tcg,thread=multi -cpu max -M pc -smp 2 -m 1G -nographic -no-reboot -nic none \
    -kernel "$tree/vmlinux" -initrd "$build/initramfs.cpio" \
    -append "console=ttyS0 quiet panic=-1" \
    -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
    < /dev/null 2>&1 | tr -d '\r' | tee "$build/console.log" | sed -un 's/^.*E2E //p'
}

[ -x "$ROAST" ] || give_up "$ROAST is not there: run 'make build' first"
install_packages
mkdir -p "$build"
unpack_packages
build_initramfs
began=$SECONDS
run_guest || true
code=$(sed -n 's/^.*E2E exit code \([0-9]*\)$/\1/p' "$build/console.log")
say "guest ended after $((SECONDS - began)) s; the whole console is in $build/console.log"
[ -n "$code" ] || { tail -20 "$build/console.log" >&2; give_up "the guest came to no end within $limit_seconds s"; }
exit "$code"
