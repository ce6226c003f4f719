#!/bin/bash
# deb.sh: makes the Debian package of the release build, in .build/deb.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(.build/release/roast --version | sed 's/^roast //')
packaged=$(dpkg-parsechangelog -l packaging/debian/changelog -S Version)
[ "$version" = "$packaged" ] || {
  echo "The program is $version and packaging/debian/changelog $packaged: add an entry to it." >&2
  exit 1
}
folder=.build/deb
rm -rf $folder
mkdir -p "$folder/roast-$version"
cp -r packaging/debian "$folder/roast-$version/debian"
export ROAST_SOURCE=$PWD
(cd "$folder/roast-$version" &&
  dpkg-buildpackage --build=binary --unsigned-changes --no-check-builddeps >../build.log 2>&1) || {
  tail -40 $folder/build.log >&2
  exit 1
}
ls $folder/*.deb
