/* Open handles of the device node and the URBs submitted through them, from SUBMITURB to
   REAPURB. Everything here is called with the USB lock held. */
#ifndef TRANSFERS_H
#define TRANSFERS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <linux/usbdevice_fs.h>
#include <umockdev.h>

/* umockdev handles ioctls in its worker thread, timers run in the main thread. */
void usb_lock(void);
void usb_unlock(void);

/* One appearance of the device node. The node is a FIFO, because poll() on a FIFO can be
   made to say "nothing to reap yet": full is not writable, empty is. On a regular file
   libusb would spin for as long as it waits. */
struct node {
    char *path;          /* as the client knows it: /dev/bus/usb/... */
    int fifo;            /* our own descriptor of it */
    unsigned reapable;   /* finished URBs not yet reaped, over all its handles */
};

struct handle {
    struct node *node;
    GQueue finished;                     /* of struct urb */
    UMockdevIoctlClient *blocked_reaper; /* waits in REAPURB, or NULL */
    bool unplugged;
};

struct urb {
    struct handle *handle;
    UMockdevIoctlData *shared;         /* the usbdevfs_urb in the client's memory */
    UMockdevIoctlData *shared_buffer;  /* its buffer there; NULL when empty */
    uint8_t *bytes;                    /* our copy of the buffer */
    size_t length;                     /* of the buffer */
    size_t transferred;
    int status;
};

/* Takes over the descriptor of the FIFO. */
struct node *node_new(const char *path, int fifo);

struct handle *handle_new(struct node *node);

/* Drops what was finished and never reaped. */
void handle_free(struct handle *handle);

/* NULL when the client's memory cannot be read. */
struct urb *urb_new(struct handle *handle, UMockdevIoctlClient *client);
void urb_free(struct urb *urb);

const struct usbdevfs_urb *urb_fields(const struct urb *urb);

/* The client can reap it from now on. */
void urb_finish(struct urb *urb, int status);

/* Answers REAPURB or REAPURBNDELAY. */
void handle_reap(struct handle *handle, UMockdevIoctlClient *client, bool may_block);

/* Completes an ioctl with a result, or with -errno. */
void answer(UMockdevIoctlClient *client, int result);

#endif
