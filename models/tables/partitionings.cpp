#include "models/tables/partitionings.h"

#include "models/tables/hash_partitioning.h"
#include "models/tables/list_partitioning.h"
#include "models/tables/range_partitioning.h"
#include "models/tables/unpartitioned.h"

namespace models {

const Partitionings::List& Partitionings::list() {
    static const List list =
        list_of(All<Unpartitioned, RangePartitioning, ListPartitioning, HashPartitioning>());
    return list;
}

}  // namespace models
