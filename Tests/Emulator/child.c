#include "child.h"

#include <errno.h>
#include <glib-unix.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_CANNOT_SET_UP = 125, EXIT_CANNOT_RUN = 127, SIGNALLED = 128 };

struct running_child {
    GPid pid;
    int exit_code;
    GMainLoop *loop;
};

/* Root opens every file because of these two capabilities. Without them in the bounding
   set the executed program does not get them. Others than root never have them. */
static bool give_up_ignoring_file_modes(void)
{
    if (geteuid() != 0)
        return true;
    return prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE) == 0
           && prctl(PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH) == 0;
}

/* The child dies with us, and hears the signals that we forward: a shell starts its
   background jobs deaf to SIGINT. */
static void follow_the_emulator(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}

static _Noreturn void become(char **command, bool obey_file_modes, pid_t emulator)
{
    follow_the_emulator();
    if (getppid() != emulator)
        _exit(EXIT_CANNOT_SET_UP);
    if (obey_file_modes && !give_up_ignoring_file_modes()) {
        perror("bullet-emulator: cannot drop capabilities for --denied");
        _exit(EXIT_CANNOT_SET_UP);
    }
    execvp(command[0], command);
    fprintf(stderr, "bullet-emulator: cannot run %s: %s\n", command[0], strerror(errno));
    _exit(EXIT_CANNOT_RUN);
}

static void child_ended(GPid pid, gint status, gpointer data)
{
    struct running_child *child = data;
    g_spawn_close_pid(pid);
    child->exit_code = WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
    g_main_loop_quit(child->loop);
}

static gboolean forward_interrupt(gpointer data)
{
    kill(((struct running_child *)data)->pid, SIGINT);
    return G_SOURCE_CONTINUE;
}

static gboolean forward_termination(gpointer data)
{
    kill(((struct running_child *)data)->pid, SIGTERM);
    return G_SOURCE_CONTINUE;
}

int run_child(char **command, bool obey_file_modes)
{
    struct running_child child = {.loop = g_main_loop_new(NULL, FALSE)};
    pid_t emulator = getpid();
    child.pid = fork();
    if (child.pid < 0) {
        perror("bullet-emulator: cannot fork");
        return EXIT_CANNOT_SET_UP;
    }
    if (child.pid == 0)
        become(command, obey_file_modes, emulator);

    g_child_watch_add(child.pid, child_ended, &child);
    g_unix_signal_add(SIGINT, forward_interrupt, &child);
    g_unix_signal_add(SIGTERM, forward_termination, &child);
    g_main_loop_run(child.loop);
    g_main_loop_unref(child.loop);
    return child.exit_code;
}
