#include "roaster.h"

#include <glib.h>
#include <string.h>

#include "happenings.h"

enum state {
    STATE_OFF = 0x00,
    STATE_PREHEATING = 0x02,
    STATE_CHARGE = 0x04,
    STATE_ROASTING = 0x06,
    STATE_COOLING = 0x08,
    STATE_SHUTTING_DOWN = 0x09,
};

enum { HEATER_MAX = 9, FAN_MIN = 1, FAN_MAX = 12, DRUM_MIN = 1, DRUM_MAX = 9 };

/* Measured for F1 to F5 and F7; the others are made up. */
static const int16_t fan_rpm[FAN_MAX + 1] = {
    0, 810, 915, 1125, 1365, 1560, 1740, 1920, 2100, 2250, 2400, 2550, 2700,
};

static struct {
    enum state state;
    uint8_t heater, fan, drum;
    double clock_started_at_ms;
    unsigned polls;
} roaster = {.state = STATE_ROASTING, .heater = 7, .fan = 2, .drum = 9};

static struct {
    uint8_t *bytes;
    size_t count;
} recording;

static const struct {
    uint8_t bytes[2];
} request_bytes[REQUEST_KINDS] = {
    [REQUEST_INFO1] = {{0x30, 0x02}},
    [REQUEST_INFO2] = {{0x89, 0x01}},
    [REQUEST_STATUS1] = {{0x30, 0x01}},
    [REQUEST_STATUS2] = {{0x30, 0x03}},
};

enum roaster_request roaster_recognise(const uint8_t *bytes, size_t length)
{
    enum roaster_request request = 0;
    while (request < REQUEST_KINDS
           && (length != 2 || memcmp(bytes, request_bytes[request].bytes, 2) != 0))
        request++;
    return request;
}

bool roaster_load_frames(const char *path)
{
    gchar *contents;
    gsize length;
    if (!g_file_get_contents(path, &contents, &length, NULL))
        return false;
    recording.bytes = (uint8_t *)contents;
    recording.count = length / ROASTER_FRAME;
    return length > 0 && length % ROASTER_FRAME == 0;
}

static void put_float(uint8_t *at, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits = GUINT32_TO_LE(bits);
    memcpy(at, &bits, sizeof bits);
}

static void put_int16(uint8_t *at, int16_t value)
{
    uint16_t bits = GUINT16_TO_LE((uint16_t)value);
    memcpy(at, &bits, sizeof bits);
}

static void put_int32(uint8_t *at, int32_t value)
{
    uint32_t bits = GUINT32_TO_LE((uint32_t)value);
    memcpy(at, &bits, sizeof bits);
}

static void put_uint32_big_endian(uint8_t *at, uint32_t value)
{
    uint32_t bits = GUINT32_TO_BE(value);
    memcpy(at, &bits, sizeof bits);
}

static void put_clock(uint8_t *at)
{
    unsigned seconds = (unsigned)((milliseconds_since_start() - roaster.clock_started_at_ms) / 1000);
    at[0] = (uint8_t)(seconds / 60);
    at[1] = (uint8_t)(seconds % 60);
}

static void write_synthetic_frame(uint8_t frame[ROASTER_FRAME])
{
    memset(frame, 0, ROASTER_FRAME);
    put_float(frame + 0, 150.0f + 0.01f * (float)roaster.polls);
    put_float(frame + 4, 8.0f);
    put_float(frame + 8, 170.0f + 0.02f * (float)roaster.polls);
    put_float(frame + 12, 1.5f);
    put_float(frame + 16, 120.0f);
    put_float(frame + 20, 2.5f);
    put_clock(frame + 24);
    frame[26] = roaster.fan;
    frame[27] = roaster.heater;
    frame[28] = roaster.drum;
    frame[29] = (uint8_t)roaster.state;
    put_float(frame + 32, 45.0f);
    put_float(frame + 36, 40.0f);
    frame[41] = 10;
    put_int16(frame + 44, fan_rpm[roaster.fan]);
    put_int16(frame + 48, 203);
    put_int32(frame + 52, 30);
    put_int32(frame + 96, 31);
    put_int16(frame + 104, 230);
}

static const uint8_t *recorded_frame(void)
{
    size_t poll = MAX(roaster.polls, 1);
    return recording.bytes + (MIN(poll, recording.count) - 1) * ROASTER_FRAME;
}

/* Both halves are taken from what the frame was at the STATUS1 of the poll. */
static const uint8_t *frame_of_this_poll(bool new_poll)
{
    static uint8_t synthetic[ROASTER_FRAME];
    if (new_poll)
        roaster.polls++;
    if (recording.bytes != NULL)
        return recorded_frame();
    if (new_poll || roaster.polls == 0)
        write_synthetic_frame(synthetic);
    return synthetic;
}

size_t roaster_answer(enum roaster_request request, uint8_t reply[ROASTER_LONGEST_REPLY])
{
    memset(reply, 0, ROASTER_LONGEST_REPLY);
    switch (request) {
    case REQUEST_INFO1:
        put_int16(reply + 0, ROASTER_SERIAL_NUMBER);
        put_int16(reply + 24, ROASTER_FIRMWARE);
        return 32;
    case REQUEST_INFO2:
        put_uint32_big_endian(reply + 27, ROASTER_ROASTS_SO_FAR);
        return 36;
    case REQUEST_STATUS1:
        memcpy(reply, frame_of_this_poll(true), ROASTER_HALF_FRAME);
        return ROASTER_HALF_FRAME;
    case REQUEST_STATUS2:
        memcpy(reply, frame_of_this_poll(false) + ROASTER_HALF_FRAME, ROASTER_HALF_FRAME);
        return ROASTER_HALF_FRAME;
    default:
        return 0;
    }
}

static enum state state_after_prs(enum state state)
{
    switch (state) {
    case STATE_OFF:
        return STATE_PREHEATING;
    case STATE_PREHEATING:
        return STATE_CHARGE;
    case STATE_CHARGE:
        return STATE_ROASTING;
    case STATE_ROASTING:
        return STATE_COOLING;
    case STATE_COOLING:
        return STATE_SHUTTING_DOWN;
    default:
        return STATE_OFF;
    }
}

void roaster_make_ready(void)
{
    roaster.state = STATE_CHARGE;
    roaster.heater = 2;
    roaster.fan = 1;
    roaster.drum = 0;
}

void roaster_press_prs(void)
{
    roaster.state = state_after_prs(roaster.state);
    if (roaster.state != STATE_ROASTING)
        return;
    roaster.clock_started_at_ms = milliseconds_since_start();
    roaster.heater = 7;
    roaster.fan = 2;
    roaster.drum = 9;
}

static bool is_step(const uint8_t *bytes, uint8_t knob)
{
    return bytes[0] == knob && (bytes[1] == 1 || bytes[1] == 2) && bytes[2] == 0xaa
           && bytes[3] == 0xaa;
}

static uint8_t stepped(uint8_t level, uint8_t direction, uint8_t lowest, uint8_t highest)
{
    if (direction == 1)
        return level < highest ? level + 1 : highest;
    return level > lowest ? level - 1 : lowest;
}

void roaster_obey(const uint8_t *bytes, size_t length)
{
    static const uint8_t prs[4] = {0x30, 0x01, 0x00, 0x00};
    if (length != 4)
        return;
    if (memcmp(bytes, prs, sizeof prs) == 0)
        roaster_press_prs();
    else if (is_step(bytes, 0x34))
        roaster.heater = stepped(roaster.heater, bytes[1], 0, HEATER_MAX);
    else if (is_step(bytes, 0x31))
        roaster.fan = stepped(roaster.fan, bytes[1], FAN_MIN, FAN_MAX);
    else if (bytes[0] == 0x32 && bytes[1] == 1 && bytes[3] == 0)
        roaster.drum = CLAMP(bytes[2], DRUM_MIN, DRUM_MAX);
}
