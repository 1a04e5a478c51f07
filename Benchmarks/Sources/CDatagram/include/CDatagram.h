// System calls of Linux that the Glibc module map does not show to Swift.
#ifndef BENCHMARKS_CDATAGRAM_H
#define BENCHMARKS_CDATAGRAM_H

#include <sys/socket.h>

// The layout of struct mmsghdr, which needs _GNU_SOURCE to be seen.
typedef struct {
    struct msghdr header;
    unsigned int length;
} bench_mmsghdr;

// recvmmsg(2): what is there; with `waits`, for one message at least.
int bench_recvmmsg(int descriptor, bench_mmsghdr *messages, unsigned int count, int waits);

// sendmmsg(2) without waiting.
int bench_sendmmsg(int descriptor, bench_mmsghdr *messages, unsigned int count);

// Keeps the calling thread on one core; 0 or -1 with errno.
int bench_pin(int core);

#endif
