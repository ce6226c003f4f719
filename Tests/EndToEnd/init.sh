#!/bin/busybox sh
# The guest's first process: loads the modules, lays memory over the host's root, and hands over to
# guest.sh there.
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmpfs /memory
mkdir /memory/upper /memory/work
for module in /modules/*; do insmod "$module" || echo "E2E cannot load $module"; done
mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=262144 host /host
mount -t overlay -o lowerdir=/host,upperdir=/memory/upper,workdir=/memory/work overlay /root
for place in proc sys dev; do mount -o move "/$place" "/root/$place"; done
mount -t tmpfs tmpfs /root/run
. /settings
export ROAST SIMULATE TREE SOURCE
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$TREE/usr/sbin:$TREE/bin
# udevadm does nothing in a chroot otherwise.
export HOME=/run LC_ALL=C.UTF-8 SYSTEMD_IGNORE_CHROOT=1
chroot /root /bin/bash "$SOURCE/Tests/EndToEnd/guest.sh"
echo "E2E exit code $?"
poweroff -f
