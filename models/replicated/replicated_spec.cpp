#include "models/replicated/replicated_spec.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/spec/json/nearest.h"

namespace models {

std::vector<std::string> ReplicatedSpec::endpoint_names() const {
    std::vector<std::string> names = {"primary", "replica"};
    for (const std::string& name : query_names()) names.push_back(name);
    return names;
}

void ReplicatedSpec::check(spec::Check& check) const {
    check_members(check, instances, instance_count());
    const std::vector<std::string> known = query_names();
    for (const std::string& name : known) {
        check.that(name != "primary" && name != "replica", "queries",
                   fmt::format("\"{}\" is a machine here, and cannot be a query", name),
                   "call the query something else");
    }
    const std::vector<std::string_view> views(known.begin(), known.end());
    for (const std::string& name : read_only) {
        check.that(std::ranges::find(known, name) != known.end(), "read_only",
                   fmt::format("there is no query \"{}\"", name),
                   spec::did_you_mean(name, views, "there are:"));
    }
    check.that(acknowledge == Acknowledge::at_once || replicas > 0, "acknowledge",
               "there is no replica that could acknowledge a write", "give replicas");
}

}  // namespace models
