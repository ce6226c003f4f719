#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <termios.h>
#include <unistd.h>

/* Before anything else runs: a standard stream that was closed gets a place of its own, which can
   be neither read nor written, so that no file or queue opened later is taken for it. */
__attribute__((constructor)) static void hold_standard_streams(void) {
    for (int descriptor = 0; descriptor < 3; descriptor++)
        if (fcntl(descriptor, F_GETFD) < 0 && open("/dev/null", descriptor ? O_RDONLY : O_WRONLY) < 0)
            return;
}

int clinux_terminal_size(int descriptor, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return -1;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}

/* What ends the process without asking. */
static const int crashes[] = {SIGSEGV, SIGBUS,  SIGILL,    SIGTRAP, SIGABRT, SIGFPE, SIGSYS,
                              SIGUSR1, SIGUSR2, SIGALRM,   SIGPROF, SIGXCPU, SIGXFSZ,
                              SIGPOLL, SIGPWR,  SIGVTALRM, SIGSTKFLT};
static volatile sig_atomic_t terminal_is_taken;
static int terminal;
/* The same terminal, and nothing at all, for the last moments of a crash. */
static int terminal_again = -1, nowhere = -1;
static struct termios terminal_before;

static void put(const char *sequence) {
    ssize_t written = write(terminal, sequence, strlen(sequence));
    (void)written; /* a terminal that is gone needs nothing */
}

static void enter_picture(void) {
    struct termios quiet = terminal_before;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
    tcsetattr(terminal, TCSADRAIN, &quiet);
    put("\033[?1049h\033[?25l\033[2J");
}

static void leave_picture(void) {
    put("\033[?2026l\033[0m\033[?25h\033[?1049l");
    /* What was typed meanwhile was not meant for the shell. */
    tcsetattr(terminal, TCSAFLUSH, &terminal_before);
}

static void handle(int number, void (*handler)(int), int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigaction(number, &action, NULL);
}

static void raise_now(int number) {
    sigset_t only;
    handle(number, SIG_DFL, 0);
    raise(number);
    sigemptyset(&only);
    sigaddset(&only, number);
    pthread_sigmask(SIG_UNBLOCK, &only, NULL);
}

/* Other threads still run: what they draw from now on must not land on the terminal that was just
   given back. */
static void on_crash(int number) {
    if (terminal_is_taken && terminal_again >= 0 && nowhere >= 0) {
        dup2(nowhere, terminal);
        terminal = terminal_again;
    }
    clinux_terminal_give_back();
    raise_now(number);
}

static void on_stop(int number) {
    int saved = errno;
    leave_picture();
    raise_now(number);
    /* Here the process has been continued. */
    handle(SIGTSTP, on_stop, SA_RESTART);
    if (terminal_is_taken)
        enter_picture();
    errno = saved;
}

void clinux_terminal_take(int descriptor) {
    terminal = descriptor;
    if (tcgetattr(terminal, &terminal_before) != 0)
        return;
    terminal_again = fcntl(terminal, F_DUPFD_CLOEXEC, 3);
    nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    terminal_is_taken = 1;
    enter_picture();
    handle(SIGTSTP, on_stop, SA_RESTART);
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
        handle(crashes[i], on_crash, 0);
}

void clinux_terminal_give_back(void) {
    if (!terminal_is_taken)
        return;
    terminal_is_taken = 0;
    leave_picture();
}

static int signal_writer = -1;

static void on_signal(int number) {
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    ssize_t written = write(signal_writer, &byte, 1);
    (void)written; /* a full pipe already says enough */
    errno = saved;
}

/* What started us may have told us to ignore a signal, as nohup does. */
static int is_ignored(int number) {
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

int clinux_signal_pipe(void) {
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1};
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    signal_writer = ends[1];
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!is_ignored(numbers[i]))
            handle(numbers[i], on_signal, SA_RESTART);
    return ends[0];
}

int clinux_random(void *bytes, size_t count) {
    size_t done = 0;
    while (done < count) {
        ssize_t got = getrandom((char *)bytes + done, count - done, 0);
        if (got < 0 && errno != EINTR)
            return -1;
        done += got > 0 ? (size_t)got : 0;
    }
    return 0;
}

void clinux_return_memory(void) {
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
    mallopt(M_ARENA_MAX, 2);
}

size_t clinux_heap_bytes(void) {
    struct mallinfo2 heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
}
