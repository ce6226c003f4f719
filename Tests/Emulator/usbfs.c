#include "usbfs.h"

#include <errno.h>
#include <linux/usb/ch9.h>
#include <string.h>

#include "descriptors.h"
#include "happenings.h"
#include "transfers.h"

/* A claim that another handle stands in the way of is tried again after this time:
   umockdev notices the closing of a handle a moment after the client has closed it. */
enum { CLOSING_GRACE_MS = 20 };

enum { SETUP_BYTES = 8 };

static struct usbfs_troubles troubles;
static unplug_hook gone_hook;
static struct node *plugged_node;                       /* NULL while unplugged */
static struct handle *claimed_by[ROASTER_INTERFACES];
static bool driver_attached;
static GList *handles;

/* ---- Claims and kernel drivers ---- */

static bool driver_holds(unsigned interface)
{
    return interface == ROASTER_INTERFACE && driver_attached;
}

/* The outcome if no other handle stood in the way. */
static int claim_free_interface(struct handle *handle, unsigned interface)
{
    if (interface == ROASTER_INTERFACE && troubles.busy_claims > 0) {
        if (troubles.busy_claims != BUSY_ALWAYS)
            troubles.busy_claims--;
        return -EBUSY;
    }
    if (driver_holds(interface) && !troubles.detach_refused)
        return -EBUSY;
    claimed_by[interface] = handle;
    return 0;
}

static bool claimed_by_another(const struct handle *handle, unsigned interface)
{
    return claimed_by[interface] != NULL && claimed_by[interface] != handle;
}

static int claim(struct handle *handle, unsigned interface)
{
    int result = claimed_by_another(handle, interface) ? -EBUSY
                                                       : claim_free_interface(handle, interface);
    happened("CLAIM %u%s", interface, result == 0 ? "" : " busy");
    return result;
}

static int release(const struct handle *handle, unsigned interface)
{
    if (interface >= ROASTER_INTERFACES || claimed_by[interface] != handle)
        return -EINVAL;
    claimed_by[interface] = NULL;
    happened("RELEASE %u", interface);
    return 0;
}

static int name_driver(struct usbdevfs_getdriver *query)
{
    if (query->interface >= ROASTER_INTERFACES)
        return -EINVAL;
    const char *name = claimed_by[query->interface] != NULL ? "usbfs"
                       : driver_holds(query->interface)     ? troubles.kernel_driver
                                                            : NULL;
    if (name == NULL)
        return -ENODATA;
    g_strlcpy(query->driver, name, sizeof query->driver);
    return 0;
}

static int detach_driver(unsigned interface)
{
    if (interface >= ROASTER_INTERFACES)
        return -EINVAL;
    if (!driver_holds(interface))
        return -ENODATA;
    happened("DETACH %u%s", interface, troubles.detach_refused ? " refused" : "");
    if (troubles.detach_refused)
        return -EPERM;
    driver_attached = false;
    return 0;
}

/* Like the kernel: the number of drivers that took the interface. */
static int attach_driver(unsigned interface)
{
    if (interface >= ROASTER_INTERFACES)
        return -EINVAL;
    if (claimed_by[interface] != NULL || driver_holds(interface))
        return -EBUSY;
    happened("ATTACH %u", interface);
    if (interface != ROASTER_INTERFACE || troubles.kernel_driver == NULL)
        return 0;
    driver_attached = true;
    return 1;
}

static int driver_request(const struct usbdevfs_ioctl *request)
{
    switch (request->ioctl_code) {
    case USBDEVFS_DISCONNECT:
        return detach_driver((unsigned)request->ifno);
    case USBDEVFS_CONNECT:
        return attach_driver((unsigned)request->ifno);
    default:
        return -ENOTTY;
    }
}

/* ---- Handles ---- */

static void forget_claims_of(const struct handle *handle)
{
    for (unsigned interface = 0; interface < ROASTER_INTERFACES; interface++)
        release(handle, interface);
}

static void handle_closed(gpointer data)
{
    struct handle *handle = data;
    usb_lock();
    forget_claims_of(handle);
    happened("CLOSE");
    endpoints_forget(handle);
    handles = g_list_remove(handles, handle);
    handle_free(handle);
    usb_unlock();
}

/* NULL when the node of this client has gone before its first ioctl. umockdev lets go of
   the client when the file is closed; that closes the handle. */
static struct handle *handle_of(UMockdevIoctlClient *client)
{
    static const char key[] = "usbfs-handle";
    struct handle *handle = g_object_get_data(G_OBJECT(client), key);
    if (handle != NULL)
        return handle;
    if (plugged_node == NULL
        || strcmp(plugged_node->path, umockdev_ioctl_client_get_devnode(client)) != 0)
        return NULL;
    handle = handle_new(plugged_node);
    handles = g_list_prepend(handles, handle);
    g_object_set_data_full(G_OBJECT(client), key, handle, handle_closed);
    happened("OPEN");
    return handle;
}

/* ---- Transfers ---- */

static uint16_t little_endian(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static void control_transfer(struct urb *urb)
{
    const uint8_t *setup = urb->bytes;
    happened_with_bytes("CONTROL", setup, SETUP_BYTES, "");
    int length = -1;
    if (setup[0] == USB_DIR_IN && setup[1] == USB_REQ_GET_DESCRIPTOR)
        length = descriptors_get(little_endian(setup + 2), urb->bytes + SETUP_BYTES,
                                 MIN(little_endian(setup + 6), urb->length - SETUP_BYTES));
    urb->transferred = (size_t)MAX(length, 0);
    urb_finish(urb, length < 0 ? -EPIPE : 0);
}

/* Like the kernel: a transfer claims the interface that nobody has claimed. */
static int may_transfer(struct handle *handle)
{
    if (claimed_by[ROASTER_INTERFACE] == handle)
        return 0;
    happened("TRANSFER WITHOUT CLAIM");
    return claim(handle, ROASTER_INTERFACE);
}

static int start_transfer(struct handle *handle, struct urb *urb)
{
    const struct usbdevfs_urb *fields = urb_fields(urb);
    if (fields->type == USBDEVFS_URB_TYPE_CONTROL) {
        if (urb->length < SETUP_BYTES)
            return -EINVAL;
        control_transfer(urb);
        return 0;
    }
    if (fields->endpoint != ENDPOINT_IN && fields->endpoint != ENDPOINT_OUT)
        return -ENOENT;
    if (fields->type != USBDEVFS_URB_TYPE_BULK)
        return -EINVAL;
    int refusal = may_transfer(handle);
    if (refusal != 0)
        return refusal;
    if (fields->endpoint == ENDPOINT_OUT)
        endpoints_write(urb);
    else
        endpoints_read(urb);
    return 0;
}

static int submit(struct handle *handle, UMockdevIoctlClient *client)
{
    struct urb *urb = urb_new(handle, client);
    if (urb == NULL)
        return -EFAULT;
    int result = start_transfer(handle, urb);
    if (result != 0)
        urb_free(urb);
    return result;
}

static int discard(const struct handle *handle, gulong client_address)
{
    return endpoints_discard(handle, client_address) ? 0 : -EINVAL;
}

/* ---- The device as a whole ---- */

static int clear_halt(unsigned endpoint)
{
    happened("CLEAR_HALT %02x", endpoint);
    return endpoints_clear_halt(endpoint) ? 0 : -ENOENT;
}

static int set_configuration(int configuration)
{
    happened("SETCONFIG %d", configuration);
    for (unsigned interface = 0; interface < ROASTER_INTERFACES; interface++)
        if (claimed_by[interface] != NULL)
            return -EBUSY;
    return configuration == ROASTER_CONFIGURATION ? 0 : -EINVAL;
}

static int set_interface(const struct usbdevfs_setinterface *setting)
{
    happened("SETINTERFACE %u %u", setting->interface, setting->altsetting);
    return setting->interface < ROASTER_INTERFACES && setting->altsetting == 0 ? 0 : -EINVAL;
}

static int reset(void)
{
    happened("RESET");
    endpoints_fail_pending(-ECONNRESET);
    endpoints_empty();
    return 0;
}

/* ---- Dispatching ---- */

/* The structure the ioctl points to, in our memory and written back when it is answered. */
static void *argument_of(UMockdevIoctlClient *client, size_t size)
{
    static uint8_t unreadable[sizeof(struct usbdevfs_getdriver)];
    g_autoptr(UMockdevIoctlData) data =
        umockdev_ioctl_data_resolve(umockdev_ioctl_client_get_arg(client), 0, size, NULL);
    return data != NULL ? data->data : unreadable;
}

static unsigned number_argument(UMockdevIoctlClient *client)
{
    return *(unsigned *)argument_of(client, sizeof(unsigned));
}

static gulong pointer_argument(UMockdevIoctlClient *client)
{
    return *(gulong *)(void *)umockdev_ioctl_client_get_arg(client)->data;
}

static int tell_capabilities(UMockdevIoctlClient *client)
{
    __u32 *capabilities = argument_of(client, sizeof *capabilities);
    *capabilities = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_NO_PACKET_SIZE_LIM
                    | USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
    return 0;
}

static int simple_ioctl(struct handle *handle, UMockdevIoctlClient *client)
{
    switch (umockdev_ioctl_client_get_request(client)) {
    case USBDEVFS_GET_CAPABILITIES:
        return tell_capabilities(client);
    case USBDEVFS_GET_SPEED:
        return USB_SPEED_FULL;
    case USBDEVFS_SUBMITURB:
        return submit(handle, client);
    case USBDEVFS_DISCARDURB:
        return discard(handle, pointer_argument(client));
    case USBDEVFS_RELEASEINTERFACE:
        return release(handle, number_argument(client));
    case USBDEVFS_GETDRIVER:
        return name_driver(argument_of(client, sizeof(struct usbdevfs_getdriver)));
    case USBDEVFS_IOCTL:
        return driver_request(argument_of(client, sizeof(struct usbdevfs_ioctl)));
    case USBDEVFS_SETCONFIGURATION:
        return set_configuration((int)number_argument(client));
    case USBDEVFS_SETINTERFACE:
        return set_interface(argument_of(client, sizeof(struct usbdevfs_setinterface)));
    case USBDEVFS_CLEAR_HALT:
        return clear_halt(number_argument(client));
    case USBDEVFS_RESETEP:
        happened("RESETEP %02x", number_argument(client));
        return 0;
    case USBDEVFS_RESET:
        return reset();
    default:
        return -ENOTTY;
    }
}

static gboolean claim_after_grace(gpointer data)
{
    g_autoptr(UMockdevIoctlClient) client = data;
    usb_lock();
    struct handle *handle = handle_of(client);
    answer(client, handle->unplugged ? -ENODEV : claim(handle, number_argument(client)));
    usb_unlock();
    return G_SOURCE_REMOVE;
}

static void claim_ioctl(struct handle *handle, UMockdevIoctlClient *client)
{
    unsigned interface = number_argument(client);
    if (interface >= ROASTER_INTERFACES)
        answer(client, -EINVAL);
    else if (claimed_by_another(handle, interface))
        g_timeout_add(CLOSING_GRACE_MS, claim_after_grace, g_object_ref(client));
    else
        answer(client, claim(handle, interface));
}

static void dispatch(UMockdevIoctlClient *client)
{
    struct handle *handle = handle_of(client);
    gulong request = umockdev_ioctl_client_get_request(client);
    if (handle == NULL)
        answer(client, -ENODEV);
    else if (request == USBDEVFS_REAPURB || request == USBDEVFS_REAPURBNDELAY)
        handle_reap(handle, client, request == USBDEVFS_REAPURB);
    else if (handle->unplugged)
        answer(client, -ENODEV);
    else if (request == USBDEVFS_CLAIMINTERFACE)
        claim_ioctl(handle, client);
    else
        answer(client, simple_ioctl(handle, client));
}

static gboolean on_ioctl(UMockdevIoctlBase *usbfs, UMockdevIoctlClient *client, gpointer unused)
{
    (void)usbfs;
    (void)unused;
    usb_lock();
    dispatch(client);
    usb_unlock();
    return TRUE;
}

static void on_unplug_fault(unsigned back_after_ms)
{
    usbfs_unplug();
    gone_hook(back_after_ms);
}

UMockdevIoctlBase *usbfs_new(const struct usbfs_troubles *wanted, unplug_hook gone)
{
    troubles = *wanted;
    gone_hook = gone;
    endpoints_on_unplug_fault(on_unplug_fault);
    UMockdevIoctlBase *usbfs = umockdev_ioctl_base_new();
    g_signal_connect(usbfs, "handle-ioctl", G_CALLBACK(on_ioctl), NULL);
    return usbfs;
}

void usbfs_plug(struct node *node)
{
    usb_lock();
    happened("PLUG");
    plugged_node = node;
    driver_attached = troubles.kernel_driver != NULL;
    endpoints_empty();
    usb_unlock();
}

static void wake_blocked_reaper(struct handle *handle)
{
    if (handle->blocked_reaper == NULL)
        return;
    g_autoptr(UMockdevIoctlClient) reaper = g_steal_pointer(&handle->blocked_reaper);
    handle_reap(handle, reaper, false);
}

void usbfs_unplug(void)
{
    usb_lock();
    if (plugged_node != NULL) {
        happened("UNPLUG");
        plugged_node = NULL;
        memset(claimed_by, 0, sizeof claimed_by);
        for (GList *link = handles; link != NULL; link = link->next)
            ((struct handle *)link->data)->unplugged = true;
        endpoints_fail_pending(-ESHUTDOWN);
        endpoints_empty();
        for (GList *link = handles; link != NULL; link = link->next)
            wake_blocked_reaper(link->data);
    }
    usb_unlock();
}
