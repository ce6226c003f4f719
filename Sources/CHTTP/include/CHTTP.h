#ifndef CHTTP_H
#define CHTTP_H

/* libmicrohttpd, and around it the few calls that Swift cannot make or could get wrong. */

#include <microhttpd.h>
#include <stdint.h>

/* What one listener's daemon is told. `connected` makes a connection's companion, which the other
   callbacks get; a daemon calls those of one connection from one thread, one at a time. */
struct chttp_options {
    int descriptor;            /* listens and never waits; the daemon closes it */
    unsigned threads;          /* 2 or more */
    unsigned connections;      /* the most it holds; beyond, it stops accepting */
    unsigned idle_seconds;     /* without a byte either way, then a connection is closed */
    intptr_t connection_bytes; /* memory of each: its header and what is on the way out */
    void *context;
    /* Whether whoever connects is let in. */
    int (*admits)(void *context);
    void *(*connected)(void *context, struct MHD_Connection *connection, int descriptor);
    /* The last call for this companion; the descriptor is still open. */
    void (*disconnected)(void *companion);
    /* A request line is there; the target is as it came, still encoded. */
    void (*began)(void *companion, const char *target);
    /* First with nothing once the header is there, then with every part of the body, then with
       nothing once it is whole, and again whenever the connection is resumed. 0 closes it. */
    int (*progressed)(void *companion, const char *method, const char *version,
                      const unsigned char *part, size_t count);
    void (*ended)(void *companion);
};

/* Starts serving; NULL when it cannot. The options must outlive the daemon. */
struct MHD_Daemon *chttp_start(const struct chttp_options *options);

/* How many bytes the request's header has; it must be whole. */
size_t chttp_header_bytes(struct MHD_Connection *connection);

/* The headers in their order. */
void chttp_headers(struct MHD_Connection *connection, void *context,
                   void (*each)(void *context, const char *name, size_t name_count,
                                const char *value, size_t value_count));

/* An answer of so many bytes, or of chttp_unknown_size, whose body `read` brings piece by piece from
   a position on, until all is there or it returns chttp_stream_ended; 0 means that it has suspended
   the connection. `release` is called once, at the end of everything. */
struct MHD_Response *chttp_answer(uint64_t size, void *context,
                                  ssize_t (*read)(void *, uint64_t, char *, size_t),
                                  void (*release)(void *context));
extern const uint64_t chttp_unknown_size;
extern const ssize_t chttp_stream_ended;

/* The last bytes that go out, whatever libmicrohttpd is at; 0 when all of them did. */
int chttp_finish(int descriptor, const void *bytes, size_t count);

/* Whether the other end will send no more. */
int chttp_has_ended(int descriptor);

/* The user behind a Unix socket's other end: 0 on success. */
int chttp_peer_user(int descriptor, uint32_t *user);

/* The address of a socket's own or other end as text, an IPv4 address inside IPv6 as IPv4, and its
   port: 0 on success. `text` takes 64 bytes. */
int chttp_address(int descriptor, int of_peer, char *text, uint16_t *port);

#endif
