#ifndef CLINUX_H
#define CLINUX_H
#include <sys/ioctl.h>

/* The few C calls that Glibc does not hand to Swift. */

/* Size of the terminal behind a file descriptor; 0 on success, -1 when it is none. */
int clinux_terminal_size(int descriptor, int *columns, int *rows);

#endif
