// The list of nodes with all their types, for the few who must know every one of them. A new one is
// a file, its line here, a test and a scenario.
#pragma once

#include "models/caches/cache.h"
#include "models/clients/connections.h"
#include "models/clients/jobs.h"
#include "models/clients/loops.h"
#include "models/clients/open_loop.h"
#include "models/clients/streams.h"
#include "models/clients/users.h"
#include "models/clusters/cluster.h"
#include "models/databases/database.h"
#include "models/databases/pgbouncer.h"
#include "models/nodes.h"
#include "models/pools/pool.h"
#include "models/redis/redis.h"
#include "models/replication/quorum.h"
#include "models/replication/replicated.h"
#include "models/servers/server.h"
#include "models/shards/shards.h"
#include "models/tables/table.h"

namespace models {

using NodeList = All<Database, Replicated, Quorum, Table, Pgbouncer, Server, Cache, Redis, Shards,
                     Pool, OpenLoop, Users, Loops, Jobs, Connections, Streams, Cluster>;

}  // namespace models
