/* What 'roast watch --json' does, in plain C, for comparing what the polling costs: a thread that
   runs libusb's events, and a main thread that submits a bulk transfer, waits for it on a condition
   variable, and rests until the next tenth of a second.

   poll_peer POLLS: identifies the roaster, polls it so often, prints one JSON line a poll. */

#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <libusb.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "decode_peer.h"

enum {
    VENDOR = 0x0483, PRODUCT = 0x5741, INTERFACE = 1, ENDPOINT_OUT = 0x03, ENDPOINT_IN = 0x81,
    HALF = 64, INFO1 = 32, INFO2 = 36, TRANSFER_MS = 1000, LINE = 1024,
};
static const int64_t POLL_NS = 100000000;

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool done, ending;
    struct libusb_transfer *transfer;
} shared = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "poll_peer: %s\n", what);
    exit(1);
}

static void *run_events(void *context)
{
    while (!__atomic_load_n(&shared.ending, __ATOMIC_ACQUIRE))
        libusb_handle_events(context);
    return NULL;
}

static void LIBUSB_CALL ended(struct libusb_transfer *transfer)
{
    (void)transfer;
    pthread_mutex_lock(&shared.lock);
    shared.done = true;
    pthread_cond_signal(&shared.changed);
    pthread_mutex_unlock(&shared.lock);
}

/* The bytes carried, or -1. */
static int carry(libusb_device_handle *handle, unsigned char endpoint, unsigned char *bytes,
                 int count, unsigned timeout_ms)
{
    libusb_fill_bulk_transfer(shared.transfer, handle, endpoint, bytes, count, ended, NULL,
                              timeout_ms);
    shared.done = false;
    if (libusb_submit_transfer(shared.transfer) != 0)
        return -1;
    pthread_mutex_lock(&shared.lock);
    while (!shared.done)
        pthread_cond_wait(&shared.changed, &shared.lock);
    pthread_mutex_unlock(&shared.lock);
    return shared.transfer->status == LIBUSB_TRANSFER_COMPLETED ? shared.transfer->actual_length
                                                                : -1;
}

static void ask(libusb_device_handle *handle, unsigned char first, unsigned char second,
                unsigned char *reply, int count)
{
    unsigned char request[] = {first, second};
    if (carry(handle, ENDPOINT_OUT, request, sizeof request, TRANSFER_MS) != sizeof request
        || carry(handle, ENDPOINT_IN, reply, count, TRANSFER_MS) != count)
        fail("an exchange failed");
}

static libusb_device_handle *claimed(libusb_context *context)
{
    libusb_device_handle *handle = libusb_open_device_with_vid_pid(context, VENDOR, PRODUCT);
    if (handle == NULL || libusb_claim_interface(handle, INTERFACE) != 0)
        fail("cannot open the roaster");
    return handle;
}

static void identify(libusb_device_handle *handle)
{
    unsigned char reply[HALF];
    ask(handle, 0x30, 0x02, reply, INFO1);
    ask(handle, 0x89, 0x01, reply, INFO2);
}

static int64_t nanoseconds(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void rest_until(int64_t deadline)
{
    struct timespec time = {deadline / 1000000000, deadline % 1000000000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR)
        ;
}

struct line {
    char text[LINE];
    size_t length;
};

__attribute__((format(printf, 2, 3))) static void put(struct line *line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    line->length += (size_t)vsnprintf(line->text + line->length, LINE - line->length, format,
                                      arguments);
    va_end(arguments);
}

static bool known(const struct peer_status *status, enum peer_field field)
{
    return status->known >> field & 1;
}

/* The fewest digits that are the same number again, as JSON writers give them. */
static void put_real(struct line *line, const struct peer_status *status, enum peer_field field,
                     const char *key, double value)
{
    if (!known(status, field)) {
        put(line, ",\"%s\":null", key);
        return;
    }
    char digits[32];
    for (int precision = 6; precision <= 9; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtof(digits, NULL) == (float)value)
            break;
    }
    put(line, ",\"%s\":%s", key, digits);
}

static void put_whole(struct line *line, const struct peer_status *status, enum peer_field field,
                      const char *key, int64_t value)
{
    if (known(status, field))
        put(line, ",\"%s\":%" PRId64, key, value);
    else
        put(line, ",\"%s\":null", key);
}

static void put_time(struct line *line, int64_t wall_milliseconds)
{
    time_t seconds = wall_milliseconds / 1000;
    struct tm date;
    char text[32];
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", gmtime_r(&seconds, &date));
    put(line, "\"time\":\"%s.%03dZ\"", text, (int)(wall_milliseconds % 1000));
}

static void put_status(struct line *line, const struct peer_status *status)
{
    static const char *const names[] = {"off", "preheating", "stabilising", "ready", "roasting",
                                        "ending", "cooling", "shutting_down", "unknown"};
    put(line, ",\"valid\":%s,\"state\":\"%s\",\"state_code\":%d",
        status->is_valid ? "true" : "false", names[status->state], status->state_code);
    put_whole(line, status, PEER_CLOCK, "clock_seconds", status->clock_seconds);
    put_real(line, status, PEER_BEAN, "bean_celsius", status->bean);
    put_real(line, status, PEER_BEAN_RATE_OF_RISE, "bean_ror_celsius_per_minute",
             status->bean_rate_of_rise);
    put_real(line, status, PEER_INFRARED, "ibts_celsius", status->infrared);
    put_real(line, status, PEER_EXHAUST, "exhaust_celsius", status->exhaust);
    put_real(line, status, PEER_INFRARED_BOARD, "ir_celsius", status->infrared_board);
    put_real(line, status, PEER_CONTROL_BOARD, "pcb_celsius", status->control_board);
    put_whole(line, status, PEER_HEATER, "heater_level", status->heater);
    put_whole(line, status, PEER_FAN, "fan_level", status->fan);
    put_whole(line, status, PEER_DRUM, "drum_level", status->drum);
    put_whole(line, status, PEER_FAN_SPEED, "fan_rpm", status->fan_speed_rpm);
    put_whole(line, status, PEER_MAINS, "mains_volts", status->mains_volts);
    put_whole(line, status, PEER_COIL_FAN_1, "coil_fan_1_percent", status->coil_fan_1_percent);
    put_whole(line, status, PEER_COIL_FAN_2, "coil_fan_2_percent", status->coil_fan_2_percent);
    put_real(line, status, PEER_PREHEAT_TARGET, "preheat_target_celsius", status->preheat_target);
    put(line, ",\"suspect\":[]}\n");
}

static void print(const struct peer_point *point)
{
    struct line line = {.length = 0};
    put(&line, "{\"seq\":%" PRIu64 ",", point->sequence);
    put_time(&line, point->wall_milliseconds);
    put(&line, ",\"age_seconds\":0,\"link\":\"up\"");
    put_status(&line, &point->status);
    if (write(STDOUT_FILENO, line.text, line.length) != (ssize_t)line.length)
        fail("cannot write");
}

static void poll_so_often(libusb_device_handle *handle, uint64_t polls)
{
    int64_t next = nanoseconds(CLOCK_MONOTONIC);
    for (uint64_t sequence = 0; sequence < polls; sequence++) {
        unsigned char frame[PEER_FRAME_SIZE];
        ask(handle, 0x30, 0x01, frame, HALF);
        ask(handle, 0x30, 0x03, frame + HALF, HALF);
        struct peer_point point;
        peer_decode(&point, sequence, nanoseconds(CLOCK_MONOTONIC),
                    nanoseconds(CLOCK_REALTIME) / 1000000, frame);
        print(&point);
        rest_until(next += POLL_NS);
    }
}

int main(int count, char **words)
{
    libusb_context *context;
    pthread_t events;
    if (count != 2 || libusb_init(&context) != 0)
        fail("usage: poll_peer POLLS");
    libusb_device_handle *handle = claimed(context);
    shared.transfer = libusb_alloc_transfer(0);
    if (shared.transfer == NULL || pthread_create(&events, NULL, run_events, context) != 0)
        fail("cannot begin");
    identify(handle);
    poll_so_often(handle, strtoull(words[1], NULL, 10));
    __atomic_store_n(&shared.ending, true, __ATOMIC_RELEASE);
    libusb_interrupt_event_handler(context);
    pthread_join(events, NULL);
    libusb_free_transfer(shared.transfer);
    libusb_close(handle);
    libusb_exit(context);
}
