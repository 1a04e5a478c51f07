#ifndef TERN_CMAXMINDDB_SHIM_H
#define TERN_CMAXMINDDB_SHIM_H

#include <maxminddb.h>

#endif
