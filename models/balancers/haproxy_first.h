// The first server that has room, so that the last ones can be switched off: HAProxy's `balance
// first` (lb_fas.c). Room is a backend's limit; when nobody has any, the first takes it.
#pragma once

#include <cstdint>
#include <set>
#include <string_view>
#include <tuple>

#include "models/balancers/balancer.h"
#include "models/context.h"

namespace models {

class HaproxyFirst final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "haproxy_first";
        static constexpr std::string_view doc = "HAProxy's balance first: the first with room.";
        static constexpr auto params() { return std::tuple{}; }
    };

    HaproxyFirst(const Spec&, const Context&) {}

    Wants wants() const override { return {.loads = true}; }
    void changed(const Roster& roster) override {
        with_room_.clear();
        for (std::size_t index = 0; index < roster.servable.size(); ++index) {
            loaded(roster.servable, index);
        }
    }
    void loaded(std::span<const Candidate> candidates, std::size_t index) override {
        if (candidates[index].active < candidates[index].limit) {
            with_room_.insert(index);
        } else {
            with_room_.erase(index);
        }
    }
    std::size_t pick(std::span<const Candidate>, const Request&) override {
        return with_room_.empty() ? 0 : *with_room_.begin();
    }

private:
    std::set<std::size_t> with_room_;
};

}  // namespace models
