// What must be durable before anything is done about it outside of the database.
#pragma once

namespace command_center::extension {

// Before the commit of this transaction returns, all WAL before it is flushed, and synchronous standbys have
// it: that of rows which were committed with synchronous_commit = off, too. For the whole transaction; never
// lowers remote_apply. Outside of the session, which would put it back. Postgres regime.
void make_commit_durable();

}  // namespace command_center::extension
