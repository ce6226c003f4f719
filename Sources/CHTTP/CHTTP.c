#define _GNU_SOURCE
#include "CHTTP.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

const ssize_t chttp_stream_ended = MHD_CONTENT_READER_END_OF_STREAM;
const uint64_t chttp_unknown_size = MHD_SIZE_UNKNOWN;

static void *companion_of(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static int descriptor_of(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

static enum MHD_Result on_admit(void *context, const struct sockaddr *address, socklen_t size) {
    const struct chttp_options *options = context;
    (void)address;
    (void)size;
    return options->admits(options->context) ? MHD_YES : MHD_NO;
}

static void on_connection(void *context, struct MHD_Connection *connection, void **companion,
                          enum MHD_ConnectionNotificationCode code) {
    const struct chttp_options *options = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        *companion = options->connected(options->context, connection, descriptor_of(connection));
    else
        options->disconnected(*companion);
}

static void *on_target(void *context, const char *target, struct MHD_Connection *connection) {
    const struct chttp_options *options = context;
    options->began(companion_of(connection), target);
    return NULL;
}

static enum MHD_Result on_progress(void *context, struct MHD_Connection *connection,
                                   const char *target, const char *method, const char *version,
                                   const char *part, size_t *count, void **request) {
    const struct chttp_options *options = context;
    int goes_on = options->progressed(companion_of(connection), method, version,
                                      (const unsigned char *)part, *count);
    (void)target;
    (void)request;
    *count = 0;
    return goes_on ? MHD_YES : MHD_NO;
}

static void on_end(void *context, struct MHD_Connection *connection, void **request,
                   enum MHD_RequestTerminationCode code) {
    const struct chttp_options *options = context;
    (void)request;
    (void)code;
    options->ended(companion_of(connection));
}

/* The target is decoded by whoever asked for it, once. */
static size_t leave_encoded(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return strlen(text);
}

struct MHD_Daemon *chttp_start(const struct chttp_options *options) {
    void *context = (void *)options;
    struct MHD_OptionItem items[] = {
        {MHD_OPTION_LISTEN_SOCKET, options->descriptor, NULL},
        {MHD_OPTION_THREAD_POOL_SIZE, options->threads, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, options->connections, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, options->idle_seconds, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, options->connection_bytes, NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, context},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_end, context},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_target, context},
        {MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)leave_encoded, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, on_admit,
                            context, on_progress, context, MHD_OPTION_ARRAY, items, MHD_OPTION_END);
}

size_t chttp_header_bytes(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info ? info->header_size : 0;
}

struct header_reader {
    void *context;
    void (*each)(void *, const char *, size_t, const char *, size_t);
};

static enum MHD_Result on_header(void *context, enum MHD_ValueKind kind, const char *name,
                                 size_t name_count, const char *value, size_t value_count) {
    const struct header_reader *reader = context;
    (void)kind;
    reader->each(reader->context, name, name_count, value, value ? value_count : 0);
    return MHD_YES;
}

void chttp_headers(struct MHD_Connection *connection, void *context,
                   void (*each)(void *, const char *, size_t, const char *, size_t)) {
    struct header_reader reader = {context, each};
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_header, &reader);
}

struct MHD_Response *chttp_answer(uint64_t size, void *context,
                                  ssize_t (*read)(void *, uint64_t, char *, size_t),
                                  void (*release)(void *context)) {
    return MHD_create_response_from_callback(size, 8192, read, context, release);
}

int chttp_finish(int descriptor, const void *bytes, size_t count) {
    ssize_t sent = send(descriptor, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
    shutdown(descriptor, SHUT_WR);
    return sent == (ssize_t)count ? 0 : -1;
}

int chttp_has_ended(int descriptor) {
    struct pollfd entry = {descriptor, POLLRDHUP, 0};
    return poll(&entry, 1, 0) > 0;
}

int chttp_peer_user(int descriptor, uint32_t *user) {
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        return -1;
    *user = credentials.uid;
    return 0;
}

int chttp_address(int descriptor, int of_peer, char *text, uint16_t *port) {
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    int failure = of_peer ? getpeername(descriptor, (struct sockaddr *)&address, &size)
                          : getsockname(descriptor, (struct sockaddr *)&address, &size);
    if (failure)
        return -1;
    if (address.ss_family == AF_INET) {
        const struct sockaddr_in *four = (const struct sockaddr_in *)&address;
        *port = ntohs(four->sin_port);
        return inet_ntop(AF_INET, &four->sin_addr, text, 64) ? 0 : -1;
    }
    if (address.ss_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&address;
        *port = ntohs(six->sin6_port);
        if (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
            return inet_ntop(AF_INET, six->sin6_addr.s6_addr + 12, text, 64) ? 0 : -1;
        return inet_ntop(AF_INET6, &six->sin6_addr, text, 64) ? 0 : -1;
    }
    return -1;
}
