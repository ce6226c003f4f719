#include "faults.h"

#include <glib.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static GArray *faults;
static unsigned occurrences[REQUEST_KINDS];

enum argument_rule { NO_ARGUMENT, NEEDS_NUMBER, MAY_SAY_QUEUED };

static const struct {
    const char *name;
    enum argument_rule argument;
} kinds[FAULT_KINDS] = {
    [FAULT_SILENT] = {"silent", NO_ARGUMENT},
    [FAULT_LATE] = {"late", NEEDS_NUMBER},
    [FAULT_STALL] = {"stall", MAY_SAY_QUEUED},
    [FAULT_SHORT] = {"short", NEEDS_NUMBER},
    [FAULT_LONG] = {"long", NEEDS_NUMBER},
    [FAULT_NONSENSE] = {"nonsense", NO_ARGUMENT},
    [FAULT_DOUBLED] = {"doubled", NO_ARGUMENT},
    [FAULT_SHORT_WRITE] = {"shortwrite", NEEDS_NUMBER},
    [FAULT_OUT_STALL] = {"outstall", NO_ARGUMENT},
    [FAULT_IO_ERROR] = {"ioerror", NO_ARGUMENT},
    [FAULT_UNPLUG] = {"unplug", NEEDS_NUMBER},
};

static const char *const request_names[REQUEST_KINDS] = {
    [REQUEST_INFO1] = "info1",
    [REQUEST_INFO2] = "info2",
    [REQUEST_STATUS1] = "status1",
    [REQUEST_STATUS2] = "status2",
};

static bool parse_kind(const char *name, enum fault_kind *kind)
{
    for (*kind = 0; *kind < FAULT_KINDS; (*kind)++)
        if (strcmp(name, kinds[*kind].name) == 0)
            return true;
    return false;
}

static bool parse_request(const char *name, enum roaster_request *request)
{
    for (*request = 0; *request < REQUEST_KINDS; (*request)++)
        if (strcmp(name, request_names[*request]) == 0)
            return true;
    return false;
}

static bool parse_number(const char **text, unsigned *number)
{
    if (!g_ascii_isdigit(**text))
        return false;
    char *end;
    *number = (unsigned)strtoul(*text, &end, 10);
    *text = end;
    return true;
}

/* N, N+ or N-M */
static bool parse_occurrences(const char *text, struct fault *fault)
{
    if (!parse_number(&text, &fault->first) || fault->first == 0)
        return false;
    fault->last = fault->first;
    if (strcmp(text, "+") == 0) {
        fault->last = UINT_MAX;
        return true;
    }
    if (*text == '-') {
        text++;
        if (!parse_number(&text, &fault->last) || fault->last < fault->first)
            return false;
    }
    return *text == '\0';
}

static bool parse_argument(const char *text, struct fault *fault)
{
    switch (kinds[fault->kind].argument) {
    case NEEDS_NUMBER:
        return text != NULL && parse_number(&text, &fault->argument) && *text == '\0';
    case MAY_SAY_QUEUED:
        fault->reply_behind_stall = text != NULL;
        return text == NULL || strcmp(text, "queued") == 0;
    default:
        return text == NULL;
    }
}

/* Cuts the text at the separator and returns what follows it, or NULL. */
static char *cut(char *text, char separator)
{
    char *at = strchr(text, separator);
    if (at == NULL)
        return NULL;
    *at = '\0';
    return at + 1;
}

bool faults_add(const char *spec)
{
    g_autofree char *kind = g_strdup(spec);
    const char *argument = cut(kind, '=');
    char *request = cut(kind, '@');
    const char *which = request != NULL ? cut(request, '#') : NULL;
    struct fault fault = {0};
    if (which == NULL || !parse_kind(kind, &fault.kind) || !parse_request(request, &fault.request)
        || !parse_occurrences(which, &fault) || !parse_argument(argument, &fault))
        return false;
    if (faults == NULL)
        faults = g_array_new(FALSE, FALSE, sizeof(struct fault));
    g_array_append_val(faults, fault);
    return true;
}

const struct fault *faults_strike(enum roaster_request request)
{
    if (request == NOT_A_REQUEST)
        return NULL;
    unsigned nth = ++occurrences[request];
    for (guint i = 0; faults != NULL && i < faults->len; i++) {
        const struct fault *fault = &g_array_index(faults, struct fault, i);
        if (fault->request == request && fault->first <= nth && nth <= fault->last)
            return fault;
    }
    return NULL;
}
