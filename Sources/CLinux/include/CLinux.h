// System calls and macros of Linux that the Glibc module map does not show to Swift.
#ifndef TERN_CLINUX_H
#define TERN_CLINUX_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <netinet/in.h>
#include <sys/socket.h>

#endif
