/* The endpoints of the roaster: what the host writes to 0x03 reaches the roaster, and its
   replies wait in one FIFO of packets for the host to read 0x81. Here the faults strike.
   Everything is called with the USB lock held. */
#ifndef ENDPOINTS_H
#define ENDPOINTS_H

#include <stdbool.h>
#include <stdint.h>

#include "transfers.h"

/* Called when the unplug fault strikes; 0 means that the device never comes back. */
typedef void (*unplug_hook)(unsigned back_after_ms);
void endpoints_on_unplug_fault(unplug_hook hook);

void endpoints_write(struct urb *urb);
void endpoints_read(struct urb *urb);

/* Finishes the pending read at this address in the client's memory as discarded; false
   when there is none. */
bool endpoints_discard(const struct handle *handle, gulong client_address);

/* The handle was closed: forgets its pending reads. */
void endpoints_forget(const struct handle *handle);

/* False when there is no such endpoint. */
bool endpoints_clear_halt(unsigned endpoint);

/* After a reset or a replug: nothing queued, nothing halted. */
void endpoints_empty(void);

/* Every pending read ends with this status. */
void endpoints_fail_pending(int status);

#endif
