// How the callers of one node get from a name to what it stands for.
//
//     MeasuredVisit | Naming | the edge to the record's node
//                        a lookup, in a frame of its own:   the way there | Authority
//
// A fresh entry of its resolver's cache takes the call on at once. Otherwise it waits for a lookup,
// which goes there and back, and what it was told is kept. Requests that find an old entry at the
// same time look up each for itself, and so does a retry: it finds what the first attempt was told.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <optional>

#include "models/blocks/measure.h"
#include "models/blocks/scopes.h"
#include "models/calls/edge.h"
#include "models/context.h"
#include "models/discovery/dns_zone.h"
#include "models/discovery/resolvers.h"

namespace models {

class Dns;

class NameClient final : public Service {
public:
    // Of a client each user has a resolver, of other nodes each instance.
    NameClient(Dns& dns, bool is_of_users);
    NameClient(const NameClient&) = delete;
    NameClient& operator=(const NameClient&) = delete;

    Go enter(Call&) override { return visit_.enter(); }
    Reply call(Request request) override;

private:
    static constexpr std::uint32_t kLookingUp = std::numeric_limits<std::uint32_t>::max();

    class Naming final : public Keeps<Naming> {
    public:
        struct State {
            sim::Time sent;
            EndpointId endpoint;   // of the request as it came
            std::uint32_t bytes;   // the same
            std::uint32_t record;  // where it goes
        };
        explicit Naming(NameClient& client) : client_(client) {}

        Go enter(Call& call) override;
        Go answered(Call& call) override;
        void abandoned(Call& call) override { leave(call); }
        void restore(Call& call) override;

    private:
        Go look_up(Call& call);
        Go looked_up(Call& call);
        Go go_to(Call& call, std::uint32_t record);
        void leave(Call& call);

        NameClient& client_;
    };

    std::uint32_t number_of(const Request& request) const;
    Resolvers::Entry& entry_of(const Request& request);
    sim::Duration ttl_of(std::uint32_t number, sim::Duration of_record) const;
    void warm_up(const DnsZone::Asker& asker, Resolvers::Entry& entry) const;
    void keep(const Request& request, std::uint32_t record, std::uint32_t version);

    Dns& dns_;
    bool is_of_users_;
    std::uint64_t overrides_;  // streams of draws
    std::uint64_t warmth_;
    Resolvers resolvers_;
    MeasuredVisit visit_;
    Naming naming_;
    std::deque<Edge> edges_;  // by record
    Scopes lookup_;
};

}  // namespace models
