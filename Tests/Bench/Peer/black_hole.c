#include "decode_peer.h"

void peer_black_hole(const void *anything)
{
    __asm__ volatile("" : : "r"(anything) : "memory");
}
