#define _GNU_SOURCE
#include "CDatagram.h"

#include <sched.h>

_Static_assert(sizeof(bench_mmsghdr) == sizeof(struct mmsghdr), "bench_mmsghdr must have the layout of mmsghdr");

int bench_recvmmsg(int descriptor, bench_mmsghdr *messages, unsigned int count, int waits) {
    return recvmmsg(descriptor, (struct mmsghdr *)messages, count, waits ? MSG_WAITFORONE : MSG_DONTWAIT, NULL);
}

int bench_sendmmsg(int descriptor, bench_mmsghdr *messages, unsigned int count) {
    return sendmmsg(descriptor, (struct mmsghdr *)messages, count, MSG_DONTWAIT);
}

int bench_pin(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    return sched_setaffinity(0, sizeof set, &set);
}
