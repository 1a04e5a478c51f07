// System calls and macros of Linux that the Glibc module map does not show to Swift.
#ifndef TERN_CLINUX_H
#define TERN_CLINUX_H

#include <netinet/in.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

// The layout of struct mmsghdr, which needs _GNU_SOURCE to be seen.
typedef struct {
    struct msghdr header;
    unsigned int length;
} tern_mmsghdr;

// recvmmsg(2): waits for one message, then takes what else is there.
int tern_recvmmsg(int descriptor, tern_mmsghdr *messages, unsigned int count);

// sendmmsg(2) without waiting: what the socket cannot take is not sent.
int tern_sendmmsg(int descriptor, tern_mmsghdr *messages, unsigned int count);

// Octets that the control data of one message needs to hold the address a datagram was sent to.
size_t tern_packet_info_space(void);

// Asks the kernel to tell the address that each datagram was sent to (IP_PKTINFO, IPV6_RECVPKTINFO).
int tern_enable_packet_info(int descriptor, int family);

// Makes control data that came with a datagram fit to be sent with its answer, so that the answer leaves from the
// address that was asked. The interface is left to routing, but for link-local addresses.
void tern_reply_from_destination(struct msghdr *message);

// Lets no fragments be made of what this socket sends, and ignores path MTU claims, which can be forged (RFC 9715
// section 3.1). IPv4 datagrams have the DF bit (IP_PMTUDISC_PROBE), so that routers make no fragments either; they then
// need no identification (RFC 6864 section 4.1), which the kernel would compute for each. In IPv6, where only senders
// make fragments, it is IPV6_PMTUDISC_OMIT.
int tern_ignore_path_mtu(int descriptor, int family);

// The processors that this process may run on, in ascending order: at most `capacity` of them are written.
// Returns how many there are, or -1.
int tern_allowed_processors(int *processors, int capacity);

// Lets large blocks come from the kernel and go back to it one by one, so that growing one moves pages instead of octets
// and freeing one leaves no hole. To be called once, before there are threads.
void tern_map_large_blocks(void);

// Gives memory that was freed back to the kernel.
void tern_release_memory(void);

// Names the calling thread, for top and perf; at most 15 octets.
void tern_name_thread(const char *name);

// Keeps the calling thread on one processor.
int tern_pin_thread(int processor);

// Makes the kernel give a datagram to the socket of the group (SO_REUSEPORT) whose number, in the order of binding, is
// that of the processor that received it. Called for one socket of the group, once all are bound.
int tern_steer_by_processor(int descriptor);

// Sends descriptors, at most 64, with at least one octet beside them (SCM_RIGHTS; unix(7)). Returns what sendmsg(2) does.
ssize_t tern_send_descriptors(int socket, const int *descriptors, size_t count, const void *octets, size_t length);

// Receives descriptors, close-on-exec, and the octets beside them: `*count` is how many there is room for, at most 64, and
// becomes how many came. What there is no room for is closed. Returns what recvmsg(2) does.
ssize_t tern_receive_descriptors(int socket, int *descriptors, size_t *count, void *octets, size_t length);

// The user that the other end of a Unix domain socket ran as when it connected (SO_PEERCRED), or -1.
long tern_peer_user(int socket);

// The round trip of a TCP connection in microseconds (TCP_INFO): `*latest` becomes the smoothed one, right after the
// handshake that of the handshake alone, and `*least` the least of the last minutes. 0, of `*least` also all bits set,
// stands for no measurement. Returns 0, or -1 with errno.
int tern_round_trip(int descriptor, unsigned int *latest, unsigned int *least);

// What a descriptor is watched for, and what has become of it (epoll_ctl(2)).
enum {
    // There are octets to read, or the end of them, or a connection to accept.
    tern_event_input = EPOLLIN,
    // The other end sends no more.
    tern_event_input_end = EPOLLRDHUP,
    // The kernel takes octets.
    tern_event_output = EPOLLOUT,
    // The connection has failed; always watched for.
    tern_event_error = EPOLLERR,
    // It has failed or is closed both ways; always watched for.
    tern_event_failure = EPOLLERR | EPOLLHUP,
};

// Watches a descriptor; its events bear `token`. With `edge` each change is told once, with `exclusive` at least one of
// several pollers that watch the same socket is told. Returns 0, or -1 with errno.
int tern_watch(int poller, int descriptor, uint32_t events, int edge, int exclusive, uint64_t token);

// Changes what a descriptor is watched for; it stays edge-triggered.
int tern_watch_again(int poller, int descriptor, uint32_t events, uint64_t token);

// Watches a descriptor no more.
int tern_unwatch(int poller, int descriptor);

// accept4(2): the connection does not block and is closed by exec. `*address` becomes where it comes from.
int tern_accept(int listener, struct sockaddr_storage *address);

// Sends octets without waiting and without SIGPIPE. With `more` the kernel may keep what does not fill a packet for what
// follows at once (MSG_MORE).
ssize_t tern_send(int descriptor, const void *octets, size_t count, int more);

// Sends two pieces as `tern_send` does one.
ssize_t tern_send_two(int descriptor, const void *first, size_t first_count, const void *second, size_t second_count);

// Sets an option whose value is an integer. Returns what setsockopt(2) does.
int tern_set_option(int descriptor, int level, int name, int value);

// The error that waits at a socket (SO_ERROR), 0 when there is none.
int tern_socket_error(int descriptor);

#endif
