// The family of nodes: everything that can stand under "nodes" in a scenario.
#pragma once

#include "models/balancers/pool.h"
#include "models/caches/cache.h"
#include "models/clients/open_loop.h"
#include "models/clients/users.h"
#include "models/databases/database.h"
#include "models/family.h"
#include "models/servers/server.h"

namespace models {

using Nodes = Family<Node, Database, Server, Cache, Pool, OpenLoop, Users>;
using NodeChoice = spec::Choice<Nodes>;

}  // namespace models
