// Layer 4: the balancer chooses once for a connection, and what comes over it goes where that went.
//
// It sees addresses, ports and the protocol, never a path, a header or a cookie (AWS' network load
// balancer, LVS, Katran). A sender keeps its connection until it was not used for `idle_timeout`
// (350 s at AWS), the target died, or the balancer has found it unhealthy; requests of nobody in
// particular each bring a connection of their own. What a policy counts as active are connections.
#pragma once

#include <optional>
#include <unordered_map>

#include "models/pools/sessions.h"
#include "models/pools/targets.h"

namespace models {

class ConnectionTable {
public:
    ConnectionTable(sim::Duration idle_timeout, const Context& context, Targets& targets)
        : idle_timeout_(idle_timeout), context_(context), targets_(targets) {}

    // What the balancer can see of a request.
    static Request visible(const Request& request);

    // Where the sender's open connection goes; none when there is none.
    std::optional<BackendId> target_of(const Request& request);
    // A new connection of this sender; nobody's requests leave none behind.
    void open(const Request& request, BackendId id);

    // The balancer itself went down, and every connection with it.
    void close_all();

    std::uint64_t opened() const { return opened_; }

private:
    struct Connection {
        Backends::Taken taken;
        std::uint32_t times_down = 0;  // of the target, when it was opened
        sim::Time last_used{};
    };

    using Connections = std::unordered_map<std::uint64_t, Connection>;

    bool is_open(const Connection& connection) const;
    void close(Connections::const_iterator connection);
    void close_idle();
    template <class Predicate>
    void close_if(Predicate closes);

    sim::Duration idle_timeout_;
    Context context_;
    Targets& targets_;
    Connections connections_;  // by sender
    std::size_t close_at_ = 1024;
    std::uint64_t opened_ = 0;
};

}  // namespace models
