/* The USB descriptors of the fake roaster and of the hub it hangs on. */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include <stddef.h>
#include <stdint.h>

enum {
    ROASTER_VENDOR = 0x0483,
    ROASTER_CONFIGURATION = 1,
    ROASTER_INTERFACES = 2,
    ROASTER_INTERFACE = 1,
    ENDPOINT_OUT = 0x03,
    ENDPOINT_IN = 0x81,
    PACKET_BYTES = 64,
};

#define ROASTER_MANUFACTURER "Aillio"
#define ROASTER_PRODUCT "Bullet R1 (emulated)"

/* Product id and serial string are those of the roaster from here on. */
void descriptors_choose(uint16_t product, const char *serial);

uint16_t descriptors_product(void);
const char *descriptors_serial(void);

/* What sysfs shows in `descriptors`, as hex digits; free with g_free. */
char *descriptors_of_roaster_in_hex(void);
char *descriptors_of_root_hub_in_hex(void);

/* The reply to GET_DESCRIPTOR wValue, at most `room` bytes. Returns its length, or -1
   when there is no such descriptor. */
int descriptors_get(uint16_t value, uint8_t *reply, size_t room);

#endif
