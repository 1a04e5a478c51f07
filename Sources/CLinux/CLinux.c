#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/filter.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

_Static_assert(sizeof(tern_mmsghdr) == sizeof(struct mmsghdr), "tern_mmsghdr must have the layout of mmsghdr");

int tern_recvmmsg(int descriptor, tern_mmsghdr *messages, unsigned int count) {
    return recvmmsg(descriptor, (struct mmsghdr *)messages, count, MSG_WAITFORONE, NULL);
}

int tern_sendmmsg(int descriptor, tern_mmsghdr *messages, unsigned int count) {
    return sendmmsg(descriptor, (struct mmsghdr *)messages, count, MSG_DONTWAIT);
}

size_t tern_packet_info_space(void) {
    size_t v4 = CMSG_SPACE(sizeof(struct in_pktinfo));
    size_t v6 = CMSG_SPACE(sizeof(struct in6_pktinfo));
    return v4 > v6 ? v4 : v6;
}

int tern_enable_packet_info(int descriptor, int family) {
    int on = 1;
    if (family == AF_INET) {
        return setsockopt(descriptor, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    }
    return setsockopt(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
}

void tern_reply_from_destination(struct msghdr *message) {
    for (struct cmsghdr *item = CMSG_FIRSTHDR(message); item != NULL; item = CMSG_NXTHDR(message, item)) {
        if (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(item), sizeof info);
            info.ipi_ifindex = 0;
            memcpy(CMSG_DATA(item), &info, sizeof info);
        } else if (item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo info;
            memcpy(&info, CMSG_DATA(item), sizeof info);
            if (!IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr)) {
                info.ipi6_ifindex = 0;
            }
            memcpy(CMSG_DATA(item), &info, sizeof info);
        }
    }
}

int tern_ignore_path_mtu(int descriptor, int family) {
    int value;
    if (family == AF_INET) {
        value = IP_PMTUDISC_PROBE;
        return setsockopt(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, &value, sizeof value);
    }
    value = IPV6_PMTUDISC_OMIT;
    return setsockopt(descriptor, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &value, sizeof value);
}

int tern_allowed_processors(int *processors, int capacity) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) {
        return -1;
    }
    int count = 0;
    for (int processor = 0; processor < CPU_SETSIZE; processor++) {
        if (CPU_ISSET(processor, &set)) {
            if (count < capacity) {
                processors[count] = processor;
            }
            count++;
        }
    }
    return count;
}

void tern_map_large_blocks(void) {
    // Said once, the threshold no longer rises by itself.
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
}

void tern_release_memory(void) {
    malloc_trim(0);
}

void tern_name_thread(const char *name) {
    pthread_setname_np(pthread_self(), name);
}

int tern_pin_thread(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    return pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

int tern_steer_by_processor(int descriptor) {
    struct sock_filter code[] = {
        // A = the number of the processor
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, (__u32)(SKF_AD_OFF + SKF_AD_CPU)},
        // return A
        {BPF_RET | BPF_A, 0, 0, 0},
    };
    struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};
    return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program);
}

enum { most_descriptors = 64 };

ssize_t tern_send_descriptors(int socket, const int *descriptors, size_t count, const void *octets, size_t length) {
    if (count > most_descriptors) {
        errno = EINVAL;
        return -1;
    }
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(most_descriptors * sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    struct iovec part = {.iov_base = (void *)octets, .iov_len = length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > 0) {
        message.msg_control = control.space;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *item = CMSG_FIRSTHDR(&message);
        item->cmsg_level = SOL_SOCKET;
        item->cmsg_type = SCM_RIGHTS;
        item->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(item), descriptors, count * sizeof(int));
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL);
}

ssize_t tern_receive_descriptors(int socket, int *descriptors, size_t *count, void *octets, size_t length) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(most_descriptors * sizeof(int))];
    } control;
    struct iovec part = {.iov_base = octets, .iov_len = length};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
    size_t room = *count;
    *count = 0;
    ssize_t received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (received < 0) {
        return received;
    }
    for (struct cmsghdr *item = CMSG_FIRSTHDR(&message); item != NULL; item = CMSG_NXTHDR(&message, item)) {
        if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        size_t came = (item->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t index = 0; index < came; index++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(item) + index * sizeof(int), sizeof descriptor);
            if (*count < room) {
                descriptors[(*count)++] = descriptor;
            } else {
                close(descriptor);
            }
        }
    }
    return received;
}

long tern_peer_user(int socket) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) {
        return -1;
    }
    return (long)peer.uid;
}

int tern_watch(int poller, int descriptor, uint32_t events, int edge, int exclusive, uint64_t token) {
    struct epoll_event event = {.events = events, .data.u64 = token};
    if (edge) {
        event.events |= EPOLLET;
    }
    if (exclusive) {
        event.events |= EPOLLEXCLUSIVE;
    }
    return epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event);
}

int tern_watch_again(int poller, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events | EPOLLET, .data.u64 = token};
    return epoll_ctl(poller, EPOLL_CTL_MOD, descriptor, &event);
}

int tern_unwatch(int poller, int descriptor) {
    return epoll_ctl(poller, EPOLL_CTL_DEL, descriptor, NULL);
}

int tern_accept(int listener, struct sockaddr_storage *address) {
    socklen_t length = sizeof *address;
    return accept4(listener, (struct sockaddr *)address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

ssize_t tern_send(int descriptor, const void *octets, size_t count, int more) {
    return send(descriptor, octets, count, MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0));
}

ssize_t tern_send_two(int descriptor, const void *first, size_t first_count, const void *second, size_t second_count) {
    struct iovec parts[2] = {
        {.iov_base = (void *)first, .iov_len = first_count},
        {.iov_base = (void *)second, .iov_len = second_count},
    };
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    return sendmsg(descriptor, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

int tern_set_option(int descriptor, int level, int name, int value) {
    return setsockopt(descriptor, level, name, &value, sizeof value);
}

int tern_socket_error(int descriptor) {
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) != 0) {
        return errno;
    }
    return error;
}
