// Counts the allocations of a thread: malloc and its kin are replaced in the program this is linked into.
#ifndef TERN_CALLOCATIONCOUNTER_H
#define TERN_CALLOCATIONCOUNTER_H

#include <stddef.h>

// The allocations that the calling thread has made since it began.
unsigned long tern_allocations_of_thread(void);

#endif
