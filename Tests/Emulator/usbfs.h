/* Answers the ioctls that libusb makes on the device node, as the kernel's usbfs would. */
#ifndef USBFS_H
#define USBFS_H

#include <limits.h>
#include <stdbool.h>
#include <umockdev.h>

#include "endpoints.h"

enum { BUSY_ALWAYS = UINT_MAX };

struct usbfs_troubles {
    unsigned busy_claims;       /* this many claims of interface 1 fail, or BUSY_ALWAYS */
    const char *kernel_driver;  /* holds interface 1 until detached; NULL for none */
    bool detach_refused;        /* detaching fails, and the claim works all the same */
};

/* The handler to attach to every node of the device. The hook runs in umockdev's worker
   thread, when the device has already gone for its clients. */
UMockdevIoctlBase *usbfs_new(const struct usbfs_troubles *troubles, unplug_hook gone);

/* The device appears with this node: unclaimed, nothing queued. */
void usbfs_plug(struct node *node);

/* The device disappears: reads end, handles are dead. Harmless when it has gone already. */
void usbfs_unplug(void);

#endif
