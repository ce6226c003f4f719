#ifndef CLINUX_H
#define CLINUX_H

/* The few C calls that Glibc does not hand to Swift, and what must run inside a signal handler,
   where Swift may not. */

#include <stddef.h>

/* Size of the terminal behind a file descriptor; 0 on success, -1 when it is none. */
int clinux_terminal_size(int descriptor, int *columns, int *rows);

/* Takes the terminal for a full-screen picture: alternate screen, no cursor, no echo. It is given
   back by clinux_terminal_give_back, on a crash, and for as long as the process is stopped. */
void clinux_terminal_take(int descriptor);

/* Puts the terminal back as it was; harmless when it was not taken. */
void clinux_terminal_give_back(void);

/* From now on SIGINT, SIGTERM, SIGHUP and SIGQUIT, unless they are ignored, no longer end the
   process: each is written as
   one byte to a pipe, whose reading end is returned; -1 when there can be none. */
int clinux_signal_pipe(void);

/* Fills the bytes with the kernel's randomness; 0 on success. */
int clinux_random(void *bytes, size_t count);

/* From now on what is let go of goes back to the system: a large block is always mapped by itself,
   whatever was freed before, and all threads share two arenas. */
void clinux_return_memory(void);

/* How many bytes of the heap are in use: what was asked for and not given back. */
size_t clinux_heap_bytes(void);

#endif
