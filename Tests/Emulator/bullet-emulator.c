/* A fake Aillio Bullet R1 on a fake USB bus, for testing against the real libusb.

   umockdev-wrapper bullet-emulator [OPTIONS] -- COMMAND [ARGS...]

   Runs COMMAND so that libusb in it finds the roaster, and exits with its exit code
   (128 + signal when a signal killed it). SIGINT and SIGTERM go to COMMAND; SIGUSR1 is a
   press of PRS at the panel.

   The device
     --product HEX        product id, default 5741 (a27e: later boards, a4cd: an R2)
     --serial STRING      serial number string, default BR1-0001
     --frames FILE        status frames of 128 bytes each; the k-th STATUS1 that reaches the
                          roaster gets the k-th, then the last one again and again
     --ready              preheated and waiting for beans, not in a roast
     --log FILE           one line per USB happening: milliseconds since start, what

   Trouble around it
     --absent             not plugged in at the start
     --plug-after MS      with --absent: plugged in after MS
     --unplug-at MS:BACK  unplugged after MS, back BACK milliseconds later (0 = never)
     --denied             opening the device fails with EACCES
     --allow-after MS     with --denied: opening works after MS
     --busy N             the first N claims of interface 1 fail with EBUSY; or "always"
     --kernel-driver NAME a kernel driver holds interface 1 until it is detached
     --detach-refused     with --kernel-driver: detaching fails, claiming works all the same

   Faults of single requests
     --fault KIND@REQUEST#WHICH[=ARG]    may be given several times
       REQUEST is info1, info2, status1 or status2; WHICH is N (the N-th such request since
       start), N+ (that and all later ones) or N-M.
       silent               no reply
       late=MS              the reply comes after MS, even when nobody waits for it any more;
                            later replies queue up behind it
       stall, stall=queued  the IN endpoint halts; the reply is lost, or waits behind the halt
       short=BYTES          the reply is cut
       long=BYTES           the reply is this long
       nonsense             random bytes, the same in every run
       doubled              the reply comes twice
       ioerror              a bus error in place of the reply
       shortwrite=BYTES     the write ends after BYTES; the roaster does not see the request
       outstall             the write fails and the OUT endpoint halts
       unplug=MS            unplugged as soon as the reply is being read, back after MS
                            (0 = never)

   Build: all .c files of this folder together, as gnu11, with the flags of
   `pkg-config --cflags --libs umockdev-1.0`. */

#include <getopt.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "child.h"
#include "descriptors.h"
#include "faults.h"
#include "happenings.h"
#include "roaster.h"
#include "testbed.h"
#include "usbfs.h"

enum { EXIT_USAGE = 2, NEVER = 0 };

enum option_name {
    OPTION_PRODUCT,
    OPTION_SERIAL,
    OPTION_FRAMES,
    OPTION_READY,
    OPTION_LOG,
    OPTION_ABSENT,
    OPTION_PLUG_AFTER,
    OPTION_UNPLUG_AT,
    OPTION_DENIED,
    OPTION_ALLOW_AFTER,
    OPTION_BUSY,
    OPTION_KERNEL_DRIVER,
    OPTION_DETACH_REFUSED,
    OPTION_FAULT,
};

static const struct option option_table[] = {
    {"product", required_argument, NULL, OPTION_PRODUCT},
    {"serial", required_argument, NULL, OPTION_SERIAL},
    {"frames", required_argument, NULL, OPTION_FRAMES},
    {"ready", no_argument, NULL, OPTION_READY},
    {"log", required_argument, NULL, OPTION_LOG},
    {"absent", no_argument, NULL, OPTION_ABSENT},
    {"plug-after", required_argument, NULL, OPTION_PLUG_AFTER},
    {"unplug-at", required_argument, NULL, OPTION_UNPLUG_AT},
    {"denied", no_argument, NULL, OPTION_DENIED},
    {"allow-after", required_argument, NULL, OPTION_ALLOW_AFTER},
    {"busy", required_argument, NULL, OPTION_BUSY},
    {"kernel-driver", required_argument, NULL, OPTION_KERNEL_DRIVER},
    {"detach-refused", no_argument, NULL, OPTION_DETACH_REFUSED},
    {"fault", required_argument, NULL, OPTION_FAULT},
    {0},
};

static struct {
    unsigned product;
    const char *serial;
    const char *log_path;
    bool absent, denied, unplug;
    unsigned plug_after_ms, allow_after_ms, unplug_at_ms, back_after_ms;
    struct usbfs_troubles troubles;
} wanted = {.product = 0x5741, .serial = "BR1-0001"};

static bool parse_unsigned(const char *text, int base, unsigned highest, unsigned *number)
{
    char *end;
    unsigned long long value = strtoull(text, &end, base);
    *number = (unsigned)value;
    return g_ascii_isxdigit(*text) && *end == '\0' && value <= highest;
}

static bool parse_ms(const char *text, unsigned *ms)
{
    return parse_unsigned(text, 10, INT_MAX, ms);
}

static bool parse_unplug(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, ":", 2);
    wanted.unplug = true;
    return g_strv_length(parts) == 2 && parse_ms(parts[0], &wanted.unplug_at_ms)
           && parse_ms(parts[1], &wanted.back_after_ms);
}

static bool parse_busy(const char *text)
{
    if (strcmp(text, "always") == 0) {
        wanted.troubles.busy_claims = BUSY_ALWAYS;
        return true;
    }
    return parse_unsigned(text, 10, INT_MAX, &wanted.troubles.busy_claims);
}

static bool take_option(enum option_name option, const char *argument)
{
    switch (option) {
    case OPTION_PRODUCT:
        return parse_unsigned(argument, 16, 0xffff, &wanted.product);
    case OPTION_SERIAL:
        wanted.serial = argument;
        return true;
    case OPTION_FRAMES:
        return roaster_load_frames(argument);
    case OPTION_READY:
        roaster_make_ready();
        return true;
    case OPTION_LOG:
        wanted.log_path = argument;
        return true;
    case OPTION_ABSENT:
        return wanted.absent = true;
    case OPTION_PLUG_AFTER:
        return parse_ms(argument, &wanted.plug_after_ms);
    case OPTION_UNPLUG_AT:
        return parse_unplug(argument);
    case OPTION_DENIED:
        return wanted.denied = true;
    case OPTION_ALLOW_AFTER:
        return parse_ms(argument, &wanted.allow_after_ms);
    case OPTION_BUSY:
        return parse_busy(argument);
    case OPTION_KERNEL_DRIVER:
        wanted.troubles.kernel_driver = argument;
        return true;
    case OPTION_DETACH_REFUSED:
        return wanted.troubles.detach_refused = true;
    case OPTION_FAULT:
        return faults_add(argument);
    }
    return false;
}

/* True when every option could be used and a command follows them. */
static bool take_options(int argc, char **argv)
{
    int option, index = 0;
    while ((option = getopt_long(argc, argv, "+", option_table, &index)) != -1) {
        if (option == '?')
            return false;
        if (!take_option((enum option_name)option, optarg)) {
            fprintf(stderr, "bullet-emulator: cannot use --%s %s\n", option_table[index].name,
                    optarg);
            return false;
        }
    }
    return optind < argc;
}

static gboolean plug(gpointer unused)
{
    (void)unused;
    testbed_plug();
    return G_SOURCE_REMOVE;
}

static gboolean unplug(gpointer back_after_ms)
{
    testbed_unplug();
    if (GPOINTER_TO_UINT(back_after_ms) != NEVER)
        g_timeout_add(GPOINTER_TO_UINT(back_after_ms), plug, NULL);
    return G_SOURCE_REMOVE;
}

/* Runs in umockdev's worker thread; the testbed belongs to the main thread. */
static void unplug_in_main_thread(unsigned back_after_ms)
{
    g_idle_add_full(G_PRIORITY_HIGH, unplug, GUINT_TO_POINTER(back_after_ms), NULL);
}

static gboolean permit(gpointer unused)
{
    (void)unused;
    testbed_permit(true);
    return G_SOURCE_REMOVE;
}

static gboolean press_at_the_panel(gpointer unused)
{
    (void)unused;
    roaster_press_prs();
    return G_SOURCE_CONTINUE;
}

static void set_the_scene(void)
{
    g_unix_signal_add(SIGUSR1, press_at_the_panel, NULL);
    testbed_permit(!wanted.denied);
    if (!wanted.absent)
        testbed_plug();
    if (wanted.absent && wanted.plug_after_ms > 0)
        g_timeout_add(wanted.plug_after_ms, plug, NULL);
    if (wanted.unplug)
        g_timeout_add(wanted.unplug_at_ms, unplug, GUINT_TO_POINTER(wanted.back_after_ms));
    if (wanted.denied && wanted.allow_after_ms > 0)
        g_timeout_add(wanted.allow_after_ms, permit, NULL);
}

int main(int argc, char **argv)
{
    if (!take_options(argc, argv)) {
        fprintf(stderr, "usage: umockdev-wrapper bullet-emulator [OPTIONS] -- COMMAND [ARGS...]\n"
                        "(the options are listed at the top of bullet-emulator.c)\n");
        return EXIT_USAGE;
    }
    if (!happenings_start(wanted.log_path)) {
        fprintf(stderr, "bullet-emulator: cannot write %s\n", wanted.log_path);
        return EXIT_USAGE;
    }
    descriptors_choose((uint16_t)wanted.product, wanted.serial);
    if (!testbed_create(usbfs_new(&wanted.troubles, unplug_in_main_thread))) {
        fprintf(stderr, "bullet-emulator: run it as umockdev-wrapper bullet-emulator ...\n");
        testbed_destroy();
        return EXIT_USAGE;
    }
    set_the_scene();
    int exit_code = run_child(argv + optind, wanted.denied);
    testbed_destroy();
    return exit_code;
}
