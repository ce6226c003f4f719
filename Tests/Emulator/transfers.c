#include "transfers.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static GRecMutex lock;

void usb_lock(void)
{
    g_rec_mutex_lock(&lock);
}

void usb_unlock(void)
{
    g_rec_mutex_unlock(&lock);
}

void answer(UMockdevIoctlClient *client, int result)
{
    umockdev_ioctl_client_complete(client, result < 0 ? -1 : result, result < 0 ? -result : 0);
}

static void make_poll_wait(struct node *node)
{
    static const uint8_t filling[4096];
    while (write(node->fifo, filling, sizeof filling) > 0)
        ;
}

static void make_poll_ready(struct node *node)
{
    uint8_t drained[4096];
    while (read(node->fifo, drained, sizeof drained) > 0)
        ;
}

struct node *node_new(const char *path, int fifo)
{
    struct node *node = g_new0(struct node, 1);
    node->path = g_strdup(path);
    node->fifo = fifo;
    make_poll_wait(node);
    return node;
}

static void one_more_reapable(struct node *node)
{
    if (node->reapable++ == 0)
        make_poll_ready(node);
}

static void one_less_reapable(struct node *node)
{
    if (--node->reapable == 0)
        make_poll_wait(node);
}

struct handle *handle_new(struct node *node)
{
    struct handle *handle = g_new0(struct handle, 1);
    handle->node = node;
    g_queue_init(&handle->finished);
    return handle;
}

void handle_free(struct handle *handle)
{
    struct urb *urb;
    while ((urb = g_queue_pop_head(&handle->finished)) != NULL) {
        one_less_reapable(handle->node);
        urb_free(urb);
    }
    g_free(handle);
}

struct urb *urb_new(struct handle *handle, UMockdevIoctlClient *client)
{
    UMockdevIoctlData *argument = umockdev_ioctl_client_get_arg(client);
    UMockdevIoctlData *shared =
        umockdev_ioctl_data_resolve(argument, 0, sizeof(struct usbdevfs_urb), NULL);
    if (shared == NULL)
        return NULL;
    struct urb *urb = g_new0(struct urb, 1);
    urb->handle = handle;
    urb->shared = shared;
    urb->length = (size_t)MAX(urb_fields(urb)->buffer_length, 0);
    urb->bytes = g_malloc0(urb->length);
    if (urb->length > 0)
        urb->shared_buffer = umockdev_ioctl_data_resolve(
            shared, offsetof(struct usbdevfs_urb, buffer), urb->length, NULL);
    if (urb->length > 0 && urb->shared_buffer == NULL) {
        urb_free(urb);
        return NULL;
    }
    if (urb->length > 0)
        memcpy(urb->bytes, urb->shared_buffer->data, urb->length);
    return urb;
}

void urb_free(struct urb *urb)
{
    g_clear_object(&urb->shared_buffer);
    g_clear_object(&urb->shared);
    g_free(urb->bytes);
    g_free(urb);
}

const struct usbdevfs_urb *urb_fields(const struct urb *urb)
{
    return (const struct usbdevfs_urb *)(const void *)urb->shared->data;
}

/* The client's copy is only touched while the client waits for this reap. */
static void hand_over(struct urb *urb, UMockdevIoctlClient *client)
{
    struct usbdevfs_urb *fields = (struct usbdevfs_urb *)(void *)urb->shared->data;
    fields->status = urb->status;
    fields->actual_length = (int)urb->transferred;
    if (urb->length > 0)
        memcpy(urb->shared_buffer->data, urb->bytes, urb->length);

    UMockdevIoctlData *reaped =
        umockdev_ioctl_data_resolve(umockdev_ioctl_client_get_arg(client), 0, sizeof(void *), NULL);
    if (reaped != NULL)
        umockdev_ioctl_data_set_ptr(reaped, 0, urb->shared);
    answer(client, reaped != NULL ? 0 : -EFAULT);
    g_clear_object(&reaped);
}

void handle_reap(struct handle *handle, UMockdevIoctlClient *client, bool may_block)
{
    struct urb *urb = g_queue_pop_head(&handle->finished);
    if (urb != NULL) {
        one_less_reapable(handle->node);
        hand_over(urb, client);
        urb_free(urb);
    } else if (handle->unplugged) {
        answer(client, -ENODEV);
    } else if (may_block) {
        handle->blocked_reaper = g_object_ref(client);
    } else {
        answer(client, -EAGAIN);
    }
}

void urb_finish(struct urb *urb, int status)
{
    struct handle *handle = urb->handle;
    urb->status = status;
    g_queue_push_tail(&handle->finished, urb);
    one_more_reapable(handle->node);
    if (handle->blocked_reaper != NULL) {
        g_autoptr(UMockdevIoctlClient) reaper = g_steal_pointer(&handle->blocked_reaper);
        handle_reap(handle, reaper, false);
    }
}
