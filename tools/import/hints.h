// What a part is told of others by name: a dependency, or an address in a variable.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/import/system.h"

namespace tools::imports {

struct Hint {
    std::string host;
    std::string said;  // "depends_on", "DATABASE_URL"
};

// Parts by the names under which others know them.
using HostNames = std::map<std::string, std::string>;

// Of a variable, and of words of a command.
void add_hints_of_variable(const std::string& name, const std::string& value,
                           std::vector<Hint>& hints);
void add_hints_of_command(const models::spec::Json& command, const std::string& said,
                          std::vector<Hint>& hints);

// What hints name, each part once, in their order. A name within a cluster is found by its labels
// (db.default.svc.cluster.local, mongo-0.mongo).
void add_uses(const std::vector<Hint>& hints, const HostNames& names, Part& part);

}  // namespace tools::imports
