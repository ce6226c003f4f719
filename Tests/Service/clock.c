/* A calendar that a test can step while a program runs (LD_PRELOAD). libfaketime cannot be used:
   together with umockdev's preload it hangs before main.

   CLOCK_OFFSET_FILE names a file of 8 bytes: milliseconds to add to CLOCK_REALTIME. The monotonic
   clock stays the kernel's, as it does when somebody steps a computer's clock. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *offset_ms;

__attribute__((constructor)) static void find_the_offset(void)
{
    const char *path = getenv("CLOCK_OFFSET_FILE");
    int file = path != NULL ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *map = mmap(NULL, sizeof *offset_ms, PROT_READ, MAP_SHARED, file, 0);
    if (map != MAP_FAILED)
        offset_ms = map;
    syscall(SYS_close, file);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    long result = syscall(SYS_clock_gettime, clock, now);
    if (result != 0 || offset_ms == NULL
        || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE))
        return (int)result;
    int64_t ns = now->tv_nsec + *offset_ms % 1000 * 1000000;
    now->tv_sec += *offset_ms / 1000;
    if (ns < 0) {
        ns += 1000000000;
        now->tv_sec--;
    } else if (ns >= 1000000000) {
        ns -= 1000000000;
        now->tv_sec++;
    }
    now->tv_nsec = ns;
    return 0;
}

int gettimeofday(struct timeval *now, void *zone)
{
    struct timespec exact;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *now)
{
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (now != NULL)
        *now = exact.tv_sec;
    return exact.tv_sec;
}
