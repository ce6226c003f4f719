/* Which request goes wrong, and how: KIND@REQUEST#N[=ARG] from the command line. */
#ifndef FAULTS_H
#define FAULTS_H

#include <stdbool.h>

#include "roaster.h"

enum fault_kind {
    FAULT_SILENT,
    FAULT_LATE,
    FAULT_STALL,
    FAULT_SHORT,
    FAULT_LONG,
    FAULT_NONSENSE,
    FAULT_DOUBLED,
    FAULT_SHORT_WRITE,
    FAULT_OUT_STALL,
    FAULT_IO_ERROR,
    FAULT_UNPLUG,
    FAULT_KINDS
};

struct fault {
    enum fault_kind kind;
    enum roaster_request request;
    unsigned first, last;     /* which occurrences of the request, 1-based */
    unsigned argument;        /* milliseconds or bytes */
    bool reply_behind_stall;  /* stall=queued */
};

/* False when the spec cannot be understood. */
bool faults_add(const char *spec);

/* Counts this request and returns the fault that strikes it, or NULL. When several
   match, the one given first on the command line wins. */
const struct fault *faults_strike(enum roaster_request request);

#endif
