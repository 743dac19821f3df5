// Brings in the server's headers and removes those of their macros that break C++; the only file that
// includes them.
//
// Included last, in .cpp files only: what follows it sees the server's macros (ERROR, Assert, foreach …), so
// no other header may come after it.
#pragma once

// The system headers that the server's pull in, first: inside extern "C" their C++ parts would not compile.
#include <libintl.h>
#include <netdb.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cctype>
#include <cerrno>
#include <climits>
#include <cmath>
#include <csetjmp>
#include <csignal>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <limits>

extern "C" {
#include <postgres.h>
// After postgres.h, always.
#include <access/detoast.h>
#include <access/genam.h>
#include <access/htup_details.h>
#include <access/table.h>
#include <access/tableam.h>
#include <access/transam.h>
#include <access/xact.h>
#include <access/xlog.h>
#include <catalog/namespace.h>
#include <catalog/partition.h>
#include <catalog/pg_am.h>
#include <catalog/pg_authid.h>
#include <catalog/pg_collation.h>
#include <catalog/pg_index.h>
#include <catalog/pg_proc.h>
#include <catalog/pg_sequence.h>
#include <catalog/pg_type.h>
#include <commands/defrem.h>
#include <commands/extension.h>
#include <commands/sequence.h>
#include <commands/tablespace.h>
#include <commands/trigger.h>
#include <common/hashfn.h>
#include <executor/executor.h>
#include <executor/spi.h>
#include <fmgr.h>
#include <funcapi.h>
#include <jit/jit.h>
#include <lib/stringinfo.h>
#include <mb/pg_wchar.h>
#include <miscadmin.h>
#include <nodes/makefuncs.h>
#include <nodes/pg_list.h>
#include <optimizer/cost.h>
#include <parser/analyze.h>
#include <parser/parse_coerce.h>
#include <parser/parse_expr.h>
#include <parser/parser.h>
#include <partitioning/partbounds.h>
#include <partitioning/partdesc.h>
#include <pgtime.h>
#include <port/pg_bswap.h>
#include <storage/bufmgr.h>
#include <storage/condition_variable.h>
#include <storage/ipc.h>
#include <storage/lmgr.h>
#include <storage/lwlock.h>
#include <storage/proc.h>
#include <storage/procarray.h>
#include <storage/shmem.h>
#include <utils/acl.h>
#include <utils/array.h>
#include <utils/builtins.h>
#include <utils/date.h>
#include <utils/datum.h>
#include <utils/elog.h>
#include <utils/fmgroids.h>
#include <utils/fmgrprotos.h>
#include <utils/guc.h>
#include <utils/inval.h>
#include <utils/json.h>
#include <utils/jsonb.h>
#include <utils/lsyscache.h>
#include <utils/memutils.h>
#include <utils/numeric.h>
#include <utils/partcache.h>
#include <utils/pg_lsn.h>
#include <utils/rangetypes.h>
#include <utils/regproc.h>
#include <utils/rel.h>
#include <utils/resowner.h>
#include <utils/rls.h>
#include <utils/ruleutils.h>
#include <utils/snapmgr.h>
#include <utils/syscache.h>
#include <utils/timestamp.h>
#include <utils/typcache.h>
#include <utils/uuid.h>
#include <utils/wait_event.h>
#include <utils/xid8.h>
#if PG_VERSION_NUM >= 160000
#include <varatt.h>
#endif
#if PG_VERSION_NUM >= 170000
#include <storage/dsm_registry.h>
#endif
}

#if PG_VERSION_NUM < 150000
#error "PostgreSQL 15 or later is needed"
#endif

#if PG_VERSION_NUM >= 180000
// A macro before, and a function of what is not const since.
inline const FormData_pg_attribute* TupleDescAttr(const TupleDescData* columns, int i) {
  return TupleDescAttr(const_cast<TupleDesc>(columns), i);
}
#endif

// std::min and friends, and the C library's own printf family and qsort, keep their names.
#undef Abs
#undef Max
#undef Min
#undef _
#undef dgettext
#undef dngettext
#undef fprintf
#undef gettext
#undef ngettext
#undef printf
#undef qsort
#undef snprintf
#undef sprintf
#undef strerror
#undef strerror_r
#undef strtof
#undef vfprintf
#undef vprintf
#undef vsnprintf
#undef vsprintf
