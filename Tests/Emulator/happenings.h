/* The log of what happened on the bus: one line each, with the time since start. */
#ifndef HAPPENINGS_H
#define HAPPENINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Starts the clock; path may be NULL for no log. False when the file cannot be written. */
bool happenings_start(const char *path);

double milliseconds_since_start(void);

void happened(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Like happened(), with the bytes in hex after `what` and then `remark`. */
void happened_with_bytes(const char *what, const uint8_t *bytes, size_t length, const char *remark);

#endif
