#define _GNU_SOURCE /* F_SETPIPE_SZ */
#include "testbed.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "descriptors.h"
#include "usbfs.h"

/* A bus number no real machine has, so that no real device is ever opened by mistake. */
#define BUS "99"
#define HUB_PATH "/devices/pci0000:00/0000:00:14.0/usb" BUS
#define ROASTER_PATH HUB_PATH "/" BUS "-1"
#define NODE_DIRECTORY "/dev/bus/usb/0" BUS
enum { HUB_NUMBER = 1, FIRST_ROASTER_NUMBER = 2, LAST_NUMBER = 127, SMALLEST_PIPE = 4096 };

static UMockdevTestbed *testbed;
static UMockdevIoctlBase *usbfs_handler;
static int roaster_number = FIRST_ROASTER_NUMBER;
static char *real_node_path; /* of the roaster's node while it is plugged in, or NULL */
static bool node_permitted = true;

static void add(const char *description)
{
    g_autoptr(GError) error = NULL;
    if (!umockdev_testbed_add_from_string(testbed, description, &error))
        g_error("cannot add the USB device: %s", error->message);
}

static void add_root_hub(void)
{
    g_autofree char *descriptors = descriptors_of_root_hub_in_hex();
    g_autofree char *description = g_strdup_printf(
        "P: " HUB_PATH "\n"
        "N: bus/usb/0" BUS "/%03d\n"
        "E: DEVNAME=" NODE_DIRECTORY "/%03d\n"
        "E: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\n"
        "A: busnum=" BUS "\\n\nA: devnum=%d\\n\nA: speed=480\\n\n"
        "A: bConfigurationValue=1\\n\nA: idVendor=1d6b\\n\nA: idProduct=0002\\n\n"
        "H: descriptors=%s\n",
        HUB_NUMBER, HUB_NUMBER, HUB_NUMBER, descriptors);
    add(description);
}

/* No N: line: the node is made by create_node() before the device shows up. */
static void add_roaster(const char *node_path)
{
    g_autofree char *descriptors = descriptors_of_roaster_in_hex();
    g_autofree char *description = g_strdup_printf(
        "P: " ROASTER_PATH "\n"
        "E: DEVNAME=%s\n"
        "E: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\n"
        "E: BUSNUM=0" BUS "\nE: DEVNUM=%03d\n"
        "A: busnum=" BUS "\\n\nA: devnum=%d\\n\nA: speed=12\\n\n"
        "A: bConfigurationValue=%d\\n\nA: idVendor=%04x\\n\nA: idProduct=%04x\\n\n"
        "A: manufacturer=" ROASTER_MANUFACTURER "\\n\nA: product=" ROASTER_PRODUCT "\\n\n"
        "A: serial=%s\\n\n"
        "H: descriptors=%s\n",
        node_path, roaster_number, roaster_number, ROASTER_CONFIGURATION, ROASTER_VENDOR,
        descriptors_product(), descriptors_serial(), descriptors);
    add(description);
}

static void apply_permission(void)
{
    if (real_node_path != NULL && g_chmod(real_node_path, node_permitted ? 0660 : 0) != 0)
        g_error("cannot change the mode of %s", real_node_path);
}

/* Returns our own descriptor of the node, a FIFO as small as it gets. */
static int create_node(const char *node_path)
{
    g_autofree char *root = umockdev_testbed_get_root_dir(testbed);
    g_autofree char *directory = g_build_filename(root, NODE_DIRECTORY, NULL);
    g_mkdir_with_parents(directory, 0755);
    real_node_path = g_build_filename(root, node_path, NULL);
    int fifo = -1;
    if (mkfifo(real_node_path, 0660) == 0)
        fifo = open(real_node_path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fifo < 0)
        g_error("cannot create %s", real_node_path);
    fcntl(fifo, F_SETPIPE_SZ, SMALLEST_PIPE);
    apply_permission();
    return fifo;
}

static void attach_usbfs(const char *node_path)
{
    g_autoptr(GError) error = NULL;
    if (!umockdev_testbed_attach_ioctl(testbed, node_path, usbfs_handler, &error))
        g_error("cannot answer ioctls on %s: %s", node_path, error->message);
}

bool testbed_create(UMockdevIoctlBase *usbfs)
{
    testbed = umockdev_testbed_new();
    usbfs_handler = usbfs;
    /* umockdev remembers the first answer, and without a testbed it is always no. */
    if (!umockdev_in_mock_environment())
        return false;
    add_root_hub();
    return true;
}

void testbed_destroy(void)
{
    g_clear_object(&testbed);
}

void testbed_plug(void)
{
    if (real_node_path != NULL || roaster_number > LAST_NUMBER)
        return;
    g_autofree char *node_path = g_strdup_printf(NODE_DIRECTORY "/%03d", roaster_number);
    int fifo = create_node(node_path);
    attach_usbfs(node_path);
    usbfs_plug(node_new(node_path, fifo));
    add_roaster(node_path);
    roaster_number++;
}

void testbed_unplug(void)
{
    if (real_node_path == NULL)
        return;
    usbfs_unplug();
    g_clear_pointer(&real_node_path, g_free);
    umockdev_testbed_uevent(testbed, "/sys" ROASTER_PATH, "remove");
    umockdev_testbed_remove_device(testbed, "/sys" ROASTER_PATH);
}

void testbed_permit(bool permitted)
{
    node_permitted = permitted;
    apply_permission();
}
