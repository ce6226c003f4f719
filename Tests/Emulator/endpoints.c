#include "endpoints.h"

#include <errno.h>
#include <string.h>

#include "descriptors.h"
#include "faults.h"
#include "happenings.h"
#include "roaster.h"

enum { LONGEST_FAULTY_REPLY = 4096, FILLER = 0xa5, NOISE_SEED = 20 };

struct packet {
    gint64 ready_at_us;
    int status;            /* 0, or the bus error that the host sees instead of bytes */
    size_t length;
    uint8_t bytes[PACKET_BYTES];
};

static GQueue packets = G_QUEUE_INIT;       /* on their way to the host */
static GQueue pending_reads = G_QUEUE_INIT; /* of struct urb */
static bool in_halted, out_halted;
static const struct fault *armed_unplug;    /* strikes as soon as a read is pending */
static unplug_hook on_unplug_fault;

void endpoints_on_unplug_fault(unplug_hook hook)
{
    on_unplug_fault = hook;
}

static void finish_read(struct urb *urb, int status)
{
    switch (status) {
    case 0:
        happened("IN %zu", urb->transferred);
        break;
    case -EPIPE:
        happened("IN stall");
        break;
    case -EOVERFLOW:
        happened("IN overflow %zu", urb->transferred);
        break;
    case -ENOENT:
        happened("IN discarded");
        break;
    case -ESHUTDOWN:
        happened("IN gone");
        break;
    default:
        happened("IN error");
    }
    urb_finish(urb, status);
}

/* True when the packet ended the transfer. */
static bool receive_packet(struct urb *urb, const struct packet *packet)
{
    size_t room = urb->length - urb->transferred;
    size_t taken = MIN(room, packet->length);
    memcpy(urb->bytes + urb->transferred, packet->bytes, taken);
    urb->transferred += taken;
    if (packet->status == 0 && packet->length == PACKET_BYTES && room > PACKET_BYTES)
        return false;
    finish_read(urb, packet->length > room ? -EOVERFLOW : packet->status);
    return true;
}

static bool unplug_if_armed(void)
{
    if (armed_unplug == NULL)
        return false;
    unsigned back_after_ms = armed_unplug->argument;
    armed_unplug = NULL;
    on_unplug_fault(back_after_ms);
    return true;
}

static void serve_reads(void)
{
    while (!g_queue_is_empty(&pending_reads)) {
        if (unplug_if_armed())
            return;
        if (in_halted) {
            finish_read(g_queue_pop_head(&pending_reads), -EPIPE);
            continue;
        }
        struct packet *packet = g_queue_peek_head(&packets);
        if (packet == NULL || packet->ready_at_us > g_get_monotonic_time())
            return;
        if (receive_packet(g_queue_peek_head(&pending_reads), packet))
            g_queue_pop_head(&pending_reads);
        g_free(g_queue_pop_head(&packets));
    }
}

static gboolean serve_late_reads(gpointer unused)
{
    (void)unused;
    usb_lock();
    serve_reads();
    usb_unlock();
    return G_SOURCE_REMOVE;
}

static void queue_packet(const uint8_t *bytes, size_t length, int status, unsigned delay_ms)
{
    struct packet *packet = g_new0(struct packet, 1);
    packet->ready_at_us = g_get_monotonic_time() + (gint64)delay_ms * 1000;
    packet->status = status;
    packet->length = length;
    if (length > 0)
        memcpy(packet->bytes, bytes, length);
    g_queue_push_tail(&packets, packet);
}

static void queue_reply(const uint8_t *bytes, size_t length, unsigned delay_ms)
{
    for (size_t at = 0; at < length; at += PACKET_BYTES)
        queue_packet(bytes + at, MIN(length - at, PACKET_BYTES), 0, delay_ms);
    if (length == 0)
        queue_packet(NULL, 0, 0, delay_ms);
    if (delay_ms > 0)
        g_timeout_add(delay_ms, serve_late_reads, NULL);
}

static void fill_with_noise(uint8_t *bytes, size_t length)
{
    static GRand *noise;
    if (noise == NULL)
        noise = g_rand_new_with_seed(NOISE_SEED);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)g_rand_int_range(noise, 0, 256);
}

static void queue_faulty_reply(const struct fault *fault, uint8_t *reply, size_t length)
{
    switch (fault->kind) {
    case FAULT_LATE:
        queue_reply(reply, length, fault->argument);
        break;
    case FAULT_STALL:
        in_halted = true;
        if (fault->reply_behind_stall)
            queue_reply(reply, length, 0);
        break;
    case FAULT_SHORT:
        queue_reply(reply, MIN(length, fault->argument), 0);
        break;
    case FAULT_LONG:
        queue_reply(reply, CLAMP(fault->argument, length, LONGEST_FAULTY_REPLY), 0);
        break;
    case FAULT_NONSENSE:
        fill_with_noise(reply, length);
        queue_reply(reply, length, 0);
        break;
    case FAULT_DOUBLED:
        queue_reply(reply, length, 0);
        queue_reply(reply, length, 0);
        break;
    case FAULT_IO_ERROR:
        queue_packet(NULL, 0, -EPROTO, 0);
        break;
    case FAULT_UNPLUG:
        armed_unplug = fault;
        break;
    default:
        break;
    }
}

static void deliver_to_roaster(const struct urb *urb, enum roaster_request request,
                               const struct fault *fault)
{
    if (request == NOT_A_REQUEST) {
        roaster_obey(urb->bytes, urb->length);
        return;
    }
    uint8_t reply[LONGEST_FAULTY_REPLY];
    memset(reply, FILLER, sizeof reply);
    size_t length = roaster_answer(request, reply);
    if (fault == NULL)
        queue_reply(reply, length, 0);
    else
        queue_faulty_reply(fault, reply, length);
    serve_reads();
}

static void finish_write(struct urb *urb, size_t transferred, int status, const char *remark)
{
    happened_with_bytes("OUT", urb->bytes, urb->length, remark);
    urb->transferred = transferred;
    urb_finish(urb, status);
}

void endpoints_write(struct urb *urb)
{
    enum roaster_request request = roaster_recognise(urb->bytes, urb->length);
    const struct fault *fault = faults_strike(request);
    if (fault != NULL && fault->kind == FAULT_OUT_STALL)
        out_halted = true;
    if (out_halted) {
        finish_write(urb, 0, -EPIPE, " stall");
    } else if (fault != NULL && fault->kind == FAULT_SHORT_WRITE) {
        finish_write(urb, MIN(fault->argument, urb->length), 0, " short");
    } else {
        finish_write(urb, urb->length, 0, "");
        deliver_to_roaster(urb, request, fault);
    }
}

void endpoints_read(struct urb *urb)
{
    g_queue_push_tail(&pending_reads, urb);
    serve_reads();
}

bool endpoints_discard(const struct handle *handle, gulong client_address)
{
    for (GList *link = pending_reads.head; link != NULL; link = link->next) {
        struct urb *urb = link->data;
        if (urb->handle != handle || urb->shared->client_addr != client_address)
            continue;
        g_queue_delete_link(&pending_reads, link);
        finish_read(urb, -ENOENT);
        return true;
    }
    return false;
}

void endpoints_forget(const struct handle *handle)
{
    for (GList *link = pending_reads.head, *next; link != NULL; link = next) {
        struct urb *urb = link->data;
        next = link->next;
        if (urb->handle != handle)
            continue;
        g_queue_delete_link(&pending_reads, link);
        urb_free(urb);
    }
}

bool endpoints_clear_halt(unsigned endpoint)
{
    if (endpoint == ENDPOINT_IN)
        in_halted = false;
    else if (endpoint == ENDPOINT_OUT)
        out_halted = false;
    else
        return false;
    return true;
}

void endpoints_empty(void)
{
    g_queue_clear_full(&packets, g_free);
    in_halted = out_halted = false;
    armed_unplug = NULL;
}

void endpoints_fail_pending(int status)
{
    struct urb *urb;
    while ((urb = g_queue_pop_head(&pending_reads)) != NULL)
        finish_read(urb, status);
}
