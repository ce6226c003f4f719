#include "decode_peer.h"

#include <math.h>
#include <string.h>

enum { VALID_MARK = 10, PLACEHOLDER = 25, PLACEHOLDER_SECONDS = 5 };

#define LOAD(TYPE, NAME) \
    static inline TYPE load_##NAME(const uint8_t *frame, size_t offset) \
    { \
        TYPE value; \
        memcpy(&value, frame + offset, sizeof value); \
        return value; \
    }
LOAD(float, float)
LOAD(int16_t, int16)
LOAD(uint16_t, uint16)
LOAD(int32_t, int32)

static inline uint32_t bit(enum peer_field field)
{
    return UINT32_C(1) << field;
}

static inline double real(struct peer_status *status, enum peer_field field, float value,
                          float least, float most)
{
    if (value >= least && value <= most)
        status->known |= bit(field);
    else if (isfinite(value))
        status->implausible |= bit(field);
    else
        status->not_finite |= bit(field);
    return value;
}

static inline int64_t whole(struct peer_status *status, enum peer_field field, int64_t value,
                            int64_t least, int64_t most)
{
    if (value >= least && value <= most)
        status->known |= bit(field);
    else
        status->implausible |= bit(field);
    return value;
}

static inline enum peer_state state_of(uint8_t code)
{
    switch (code) {
    case 0x00: return PEER_OFF;
    case 0x02: return PEER_PREHEATING;
    case 0x03: return PEER_STABILISING;
    case 0x04: return PEER_READY;
    case 0x06: return PEER_ROASTING;
    case 0x07: return PEER_ENDING;
    case 0x08: return PEER_COOLING;
    case 0x09: return PEER_SHUTTING_DOWN;
    default: return PEER_UNKNOWN_STATE;
    }
}

static inline void judge_infrared(struct peer_status *status, const uint8_t *frame)
{
    float infrared = load_float(frame, 8);
    if (status->state == PEER_ROASTING && infrared == PLACEHOLDER && frame[24] == 0
        && frame[25] <= PLACEHOLDER_SECONDS)
        status->placeholder |= bit(PEER_INFRARED);
    else
        status->infrared = real(status, PEER_INFRARED, infrared, 0, 400);
}

static inline void judge_first_half(struct peer_status *status, const uint8_t *frame)
{
    status->state_code = frame[29];
    status->state = state_of(frame[29]);
    status->known |= bit(PEER_STATE);
    status->clock_seconds = whole(status, PEER_CLOCK, frame[25], 0, 59) + frame[24] * 60;
    status->bean = real(status, PEER_BEAN, load_float(frame, 0), -5, 350);
    status->bean_rate_of_rise =
        real(status, PEER_BEAN_RATE_OF_RISE, load_float(frame, 4), -200, 200);
    judge_infrared(status, frame);
    status->exhaust = real(status, PEER_EXHAUST, load_float(frame, 16), -20, 300);
    status->infrared_board = real(status, PEER_INFRARED_BOARD, load_float(frame, 32), -20, 150);
    status->control_board = real(status, PEER_CONTROL_BOARD, load_float(frame, 36), -20, 150);
    status->heater = (uint8_t)whole(status, PEER_HEATER, frame[27], 0, 9);
    status->fan = (uint8_t)whole(status, PEER_FAN, frame[26], 0, 12);
    status->drum = (uint8_t)whole(status, PEER_DRUM, frame[28], 0, 9);
    status->fan_speed_rpm = whole(status, PEER_FAN_SPEED, load_int16(frame, 44), 0, 4000);
    status->mains_volts = whole(status, PEER_MAINS, load_int16(frame, 48), 80, 260);
    status->coil_fan_1_percent = whole(status, PEER_COIL_FAN_1, load_int32(frame, 52), 0, 100);
}

static inline void begin(struct peer_point *point, uint64_t sequence, int64_t monotonic,
                         int64_t wall, const uint8_t *frame)
{
    point->sequence = sequence;
    point->monotonic_nanoseconds = monotonic;
    point->wall_milliseconds = wall;
    memcpy(point->frame, frame, PEER_FRAME_SIZE);
}

void peer_decode(struct peer_point *point, uint64_t sequence, int64_t monotonic, int64_t wall,
                 const uint8_t frame[PEER_FRAME_SIZE])
{
    begin(point, sequence, monotonic, wall, frame);
    struct peer_status *status = &point->status;
    memset(status, 0, sizeof *status);
    status->coil_fan_2_percent = whole(status, PEER_COIL_FAN_2, load_int32(frame, 96), 0, 100);
    status->preheat_target =
        (double)whole(status, PEER_PREHEAT_TARGET, load_uint16(frame, 104), 0, 350);
    status->is_valid = frame[41] == VALID_MARK;
    if (status->is_valid)
        judge_first_half(status, frame);
}

void peer_load(struct peer_point *point, uint64_t sequence, int64_t monotonic, int64_t wall,
               const uint8_t frame[PEER_FRAME_SIZE])
{
    begin(point, sequence, monotonic, wall, frame);
    point->status = (struct peer_status){
        .bean = load_float(frame, 0),
        .bean_rate_of_rise = load_float(frame, 4),
        .infrared = load_float(frame, 8),
        .exhaust = load_float(frame, 16),
        .infrared_board = load_float(frame, 32),
        .control_board = load_float(frame, 36),
        .preheat_target = load_uint16(frame, 104),
        .clock_seconds = frame[24] * 60 + frame[25],
        .fan_speed_rpm = load_int16(frame, 44),
        .mains_volts = load_int16(frame, 48),
        .coil_fan_1_percent = load_int32(frame, 52),
        .coil_fan_2_percent = load_int32(frame, 96),
        .state_code = frame[29],
        .heater = frame[27],
        .fan = frame[26],
        .drum = frame[28],
        .is_valid = frame[41] == VALID_MARK,
    };
}

void peer_decode_all(const void *frames, size_t count)
{
    const uint8_t *frame = frames;
    for (size_t index = 0; index < count; index++, frame += PEER_FRAME_SIZE) {
        struct peer_point point;
        peer_decode(&point, index, (int64_t)index, (int64_t)index, frame);
        peer_black_hole(&point);
    }
}

void peer_load_all(const void *frames, size_t count)
{
    const uint8_t *frame = frames;
    for (size_t index = 0; index < count; index++, frame += PEER_FRAME_SIZE) {
        struct peer_point point;
        peer_load(&point, index, (int64_t)index, (int64_t)index, frame);
        peer_black_hole(&point);
    }
}
