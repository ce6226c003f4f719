#include "happenings.h"

#include <glib.h>
#include <stdarg.h>
#include <stdio.h>

static gint64 started_at_us;
static FILE *log_file;

bool happenings_start(const char *path)
{
    started_at_us = g_get_monotonic_time();
    if (path == NULL)
        return true;
    log_file = fopen(path, "we");
    if (log_file == NULL)
        return false;
    setvbuf(log_file, NULL, _IOLBF, 0);
    return true;
}

double milliseconds_since_start(void)
{
    return (double)(g_get_monotonic_time() - started_at_us) / 1000.0;
}

void happened(const char *format, ...)
{
    if (log_file == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    fprintf(log_file, "%.1f %s\n", milliseconds_since_start(), what);
}

void happened_with_bytes(const char *what, const uint8_t *bytes, size_t length, const char *remark)
{
    GString *hex = g_string_new(NULL);
    for (size_t i = 0; i < length; i++)
        g_string_append_printf(hex, "%02x", bytes[i]);
    happened("%s %s%s", what, hex->str, remark);
    g_string_free(hex, TRUE);
}
