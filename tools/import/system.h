// What is known of a system that runs somewhere, from whichever file: between the readers of
// compose files and manifests, and the scenario that is written of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/spec/json/json.h"
#include "models/spec/json/problems.h"

namespace tools::imports {

// What a part is there for. `tool` is what no request of a user's goes through.
enum class Trade {
    service,
    database,
    redis,
    memcached,
    rabbitmq,
    kafka,
    elasticsearch,
    proxy,
    tool
};

// A part uses another, and where that is said.
struct Use {
    std::string to;    // name of a part
    std::string said;  // "depends_on", "DATABASE_URL"
};

// A path of a proxy, and the part that it leads to.
struct Path {
    std::string path;
    std::string to;
};

struct Part {
    std::string name;  // as its file has it
    models::spec::SourceLocation place;
    std::string origin;  // "Service", "Deployment"
    std::string image;
    Trade trade = Trade::service;
    std::uint64_t replicas = 1;
    std::optional<double> cpu_limit{};
    std::optional<double> cpu_request{};
    std::string memory_limit{};  // "512MiB"; empty: there is none
    std::string memory_request{};
    std::optional<std::uint64_t> cpu_shares{};
    models::spec::Json settings{};   // further members of its node, for a server
    models::spec::Json lifecycle{};  // for a server
    std::vector<Use> uses{};
    std::vector<Path> paths{};  // of a proxy
    bool is_entered = false;    // clients reach it from outside
    bool in_cluster = false;    // a pod
};

// What the file says and the scenario does not.
struct LeftOut {
    models::spec::SourceLocation place;
    std::string what;  // "services.web.volumes"
    std::string why;
};

struct System {
    std::vector<Part> parts;
    models::spec::Json machines;           // of a cluster, a list; null: not known
    std::vector<std::string> node_labels;  // that pods ask machines for
    std::vector<LeftOut> left_out;
    std::vector<std::string> read;  // "compose.yaml (5 services)"
    models::spec::Problems problems;

    // "Imported from compose.yaml (5 services)."
    std::string about() const;
    Part* find(const std::string& name);
    // The part of that name, which is new unless another file has told of it.
    Part& part(const std::string& name);
    void leave_out(const models::spec::SourceLocation& place, std::string what, std::string why) {
        left_out.push_back({place, std::move(what), std::move(why)});
    }
};

}  // namespace tools::imports
