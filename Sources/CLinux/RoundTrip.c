#include "CLinux.h"

#include <linux/tcp.h>
#include <stddef.h>
#include <string.h>

int tern_round_trip(int descriptor, unsigned int *latest, unsigned int *least) {
    struct tcp_info info;
    // A kernel before 4.6 does not write as far as tcpi_min_rtt.
    socklen_t length = offsetof(struct tcp_info, tcpi_min_rtt) + sizeof info.tcpi_min_rtt;
    info.tcpi_min_rtt = 0;
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) {
        return -1;
    }
    *latest = info.tcpi_rtt;
    *least = info.tcpi_min_rtt;
    return 0;
}
