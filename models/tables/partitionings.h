// The family of partitionings. A new one is a file, its line in partitionings.cpp, a test and a
// scenario.
#pragma once

#include "models/family.h"
#include "models/tables/partitioning.h"

namespace models {

struct Partitionings : Family<Partitionings, Partitioning> {
    static const List& list();
};
using PartitioningChoice = spec::Choice<Partitionings>;

}  // namespace models
