/* The C that Swift's decoding is measured against: the same fields, the same judgement. */
#ifndef DECODE_PEER_H
#define DECODE_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PEER_FRAME_SIZE = 128 };

enum peer_field {
    PEER_STATE, PEER_CLOCK, PEER_BEAN, PEER_BEAN_RATE_OF_RISE, PEER_INFRARED, PEER_EXHAUST,
    PEER_INFRARED_BOARD, PEER_CONTROL_BOARD, PEER_HEATER, PEER_FAN, PEER_DRUM, PEER_FAN_SPEED,
    PEER_MAINS, PEER_COIL_FAN_1, PEER_COIL_FAN_2, PEER_PREHEAT_TARGET, PEER_FIELDS,
};

enum peer_state {
    PEER_OFF, PEER_PREHEATING, PEER_STABILISING, PEER_READY, PEER_ROASTING, PEER_ENDING,
    PEER_COOLING, PEER_SHUTTING_DOWN, PEER_UNKNOWN_STATE,
};

/* A value counts only if its bit is set in `known`. */
struct peer_status {
    double bean, bean_rate_of_rise, infrared, exhaust, infrared_board, control_board,
        preheat_target;
    int64_t clock_seconds, fan_speed_rpm, mains_volts, coil_fan_1_percent, coil_fan_2_percent;
    uint32_t known, not_finite, implausible, placeholder;
    enum peer_state state;
    uint8_t state_code, heater, fan, drum;
    bool is_valid;
};

struct peer_point {
    uint64_t sequence;
    int64_t monotonic_nanoseconds, wall_milliseconds;
    uint8_t frame[PEER_FRAME_SIZE];
    struct peer_status status;
};

/* Decodes a frame and judges every field, as Telemetry does. */
void peer_decode(struct peer_point *point, uint64_t sequence, int64_t monotonic, int64_t wall,
                 const uint8_t frame[PEER_FRAME_SIZE]);

/* Only loads every field: what a program does that believes the wire. */
void peer_load(struct peer_point *point, uint64_t sequence, int64_t monotonic, int64_t wall,
               const uint8_t frame[PEER_FRAME_SIZE]);

/* Decodes or loads frame after frame and hands each point to the black hole. */
void peer_decode_all(const void *frames, size_t count);
void peer_load_all(const void *frames, size_t count);

/* Uses what is there, as far as any optimiser knows. */
void peer_black_hole(const void *anything);

#endif
