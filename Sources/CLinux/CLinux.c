#include "CLinux.h"

int clinux_terminal_size(int descriptor, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return -1;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}
