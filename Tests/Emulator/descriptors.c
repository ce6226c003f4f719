#include "descriptors.h"

#include <glib.h>
#include <linux/usb/ch9.h>
#include <string.h>

enum { DEVICE_BYTES = 18, CONFIGURATION_BYTES = 41, LONGEST_STRING = 126 };
enum { STRING_LANGUAGES, STRING_MANUFACTURER, STRING_PRODUCT, STRING_SERIAL };

static uint16_t chosen_product;
static const char *chosen_serial;

static uint8_t device[DEVICE_BYTES] = {
    18, USB_DT_DEVICE, 0x00, 0x02, USB_CLASS_MISC, 0x02, 0x01, 64,
    ROASTER_VENDOR & 0xff, ROASTER_VENDOR >> 8, 0, 0, 0x00, 0x02,
    STRING_MANUFACTURER, STRING_PRODUCT, STRING_SERIAL, 1,
};

static const uint8_t configuration[CONFIGURATION_BYTES] = {
    9, USB_DT_CONFIG, CONFIGURATION_BYTES, 0, ROASTER_INTERFACES, ROASTER_CONFIGURATION, 0,
    USB_CONFIG_ATT_ONE | USB_CONFIG_ATT_SELFPOWER, 50,
    9, USB_DT_INTERFACE, 0, 0, 0, USB_CLASS_VENDOR_SPEC, 0, 0, 0,
    9, USB_DT_INTERFACE, ROASTER_INTERFACE, 0, 2, USB_CLASS_VENDOR_SPEC, 0, 0, 0,
    7, USB_DT_ENDPOINT, ENDPOINT_OUT, USB_ENDPOINT_XFER_BULK, PACKET_BYTES, 0, 0,
    7, USB_DT_ENDPOINT, ENDPOINT_IN, USB_ENDPOINT_XFER_BULK, PACKET_BYTES, 0, 0,
};

static const uint8_t root_hub[] = {
    18, USB_DT_DEVICE, 0x00, 0x02, USB_CLASS_HUB, 0, 1, 64,
    0x6b, 0x1d, 0x02, 0x00, 0x00, 0x06, 0, 0, 0, 1,
    9, USB_DT_CONFIG, 25, 0, 1, 1, 0, USB_CONFIG_ATT_ONE | USB_CONFIG_ATT_SELFPOWER, 0,
    9, USB_DT_INTERFACE, 0, 0, 1, USB_CLASS_HUB, 0, 0, 0,
    7, USB_DT_ENDPOINT, 0x81, USB_ENDPOINT_XFER_INT, 4, 0, 12,
};

void descriptors_choose(uint16_t product, const char *serial)
{
    chosen_product = product;
    chosen_serial = serial;
    device[10] = (uint8_t)(product & 0xff);
    device[11] = (uint8_t)(product >> 8);
}

uint16_t descriptors_product(void)
{
    return chosen_product;
}

const char *descriptors_serial(void)
{
    return chosen_serial;
}

static void append_hex(GString *hex, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        g_string_append_printf(hex, "%02X", bytes[i]);
}

char *descriptors_of_roaster_in_hex(void)
{
    GString *hex = g_string_new(NULL);
    append_hex(hex, device, sizeof device);
    append_hex(hex, configuration, sizeof configuration);
    return g_string_free(hex, FALSE);
}

char *descriptors_of_root_hub_in_hex(void)
{
    GString *hex = g_string_new(NULL);
    append_hex(hex, root_hub, sizeof root_hub);
    return g_string_free(hex, FALSE);
}

static int copy_at_most(uint8_t *reply, size_t room, const uint8_t *bytes, size_t length)
{
    size_t copied = MIN(room, length);
    memcpy(reply, bytes, copied);
    return (int)copied;
}

static int string_descriptor(const char *text, uint8_t *reply, size_t room)
{
    uint8_t bytes[2 + 2 * LONGEST_STRING] = {0};
    size_t characters = MIN(strlen(text), LONGEST_STRING);
    bytes[0] = (uint8_t)(2 + 2 * characters);
    bytes[1] = USB_DT_STRING;
    for (size_t i = 0; i < characters; i++)
        bytes[2 + 2 * i] = (uint8_t)text[i];
    return copy_at_most(reply, room, bytes, bytes[0]);
}

static int numbered_string(uint8_t index, uint8_t *reply, size_t room)
{
    static const uint8_t languages[] = {4, USB_DT_STRING, 0x09, 0x04};
    switch (index) {
    case STRING_LANGUAGES:
        return copy_at_most(reply, room, languages, sizeof languages);
    case STRING_MANUFACTURER:
        return string_descriptor(ROASTER_MANUFACTURER, reply, room);
    case STRING_PRODUCT:
        return string_descriptor(ROASTER_PRODUCT, reply, room);
    case STRING_SERIAL:
        return string_descriptor(chosen_serial, reply, room);
    default:
        return -1;
    }
}

int descriptors_get(uint16_t value, uint8_t *reply, size_t room)
{
    switch (value >> 8) {
    case USB_DT_DEVICE:
        return copy_at_most(reply, room, device, sizeof device);
    case USB_DT_CONFIG:
        return copy_at_most(reply, room, configuration, sizeof configuration);
    case USB_DT_STRING:
        return numbered_string(value & 0xff, reply, room);
    default:
        return -1;
    }
}
