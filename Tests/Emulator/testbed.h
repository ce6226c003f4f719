/* The fake /sys, /dev and udev that the child sees: plugging, unplugging and permission.
   Called from the main thread only. */
#ifndef TESTBED_H
#define TESTBED_H

#include <stdbool.h>
#include <umockdev.h>

/* Creates the testbed with its root hub; every child started from now on sees it. The
   handler answers the ioctls on the roaster's node. False when this program was not started
   with umockdev-wrapper. */
bool testbed_create(UMockdevIoctlBase *usbfs);
void testbed_destroy(void);

/* Each plugging gives the roaster the next device number on the bus. */
void testbed_plug(void);
void testbed_unplug(void);

/* Whether opening the node works, now and after later pluggings. */
void testbed_permit(bool permitted);

#endif
