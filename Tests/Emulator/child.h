/* The program under test, run as our child. */
#ifndef CHILD_H
#define CHILD_H

#include <stdbool.h>

/* Runs the main loop until the child has ended; SIGINT and SIGTERM go to the child.
   Returns its exit code, or 128 + the signal that killed it.

   With obey_file_modes, a child of root is as bound by file modes as other users are. */
int run_child(char **command, bool obey_file_modes);

#endif
