/* The roaster behind the endpoints: which bytes it understands and what it answers. */
#ifndef ROASTER_H
#define ROASTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ROASTER_HALF_FRAME = 64,
    ROASTER_FRAME = 2 * ROASTER_HALF_FRAME,
    ROASTER_LONGEST_REPLY = 64,
    ROASTER_SERIAL_NUMBER = 1001,
    ROASTER_FIRMWARE = 562,
    ROASTER_ROASTS_SO_FAR = 321,
};

enum roaster_request {
    REQUEST_INFO1,
    REQUEST_INFO2,
    REQUEST_STATUS1,
    REQUEST_STATUS2,
    REQUEST_KINDS,
    NOT_A_REQUEST = REQUEST_KINDS
};

/* Only the exact bytes are a request: 30 01 is STATUS1, 30 01 00 00 is not. */
enum roaster_request roaster_recognise(const uint8_t *bytes, size_t length);

/* Recorded status frames to play instead of the built-in one. */
bool roaster_load_frames(const char *path);

/* Writes the reply and returns its length. A STATUS1 begins the next poll. */
size_t roaster_answer(enum roaster_request request, uint8_t reply[ROASTER_LONGEST_REPLY]);

/* A button press or a step of heater, fan or drum; other bytes do nothing. */
void roaster_obey(const uint8_t *bytes, size_t length);

/* Preheated and waiting for beans, in place of a roast. */
void roaster_make_ready(void);

/* A press of PRS, from the bus or at the panel. */
void roaster_press_prs(void);

#endif
