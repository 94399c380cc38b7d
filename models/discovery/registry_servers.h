// The processes of a registry: while one is up it answers; when the last dies, what they had in
// memory is gone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "models/instance_state.h"
#include "models/node.h"

namespace models {

class RegistryServers {
public:
    // `changed` is called when the first comes up, and when the last goes down.
    RegistryServers(std::uint32_t count, std::function<void(bool is_up)> changed)
        : changed_(std::move(changed)) {
        for (std::uint32_t each = 0; each < count; ++each) {
            instances_.push_back(&servers_.emplace_back(*this));
        }
    }
    RegistryServers(const RegistryServers&) = delete;
    RegistryServers& operator=(const RegistryServers&) = delete;

    class Server final : public Instance, public Crashable {
    public:
        explicit Server(RegistryServers& all) : all_(all) {}

        // Nobody calls it: who wants to know of instances subscribes.
        Reply call(Request) override { co_return Response{Outcome::failed, cause::refused}; }
        bool is_up() const override { return up_.is_up(); }
        std::uint32_t times_down() const override { return up_.times_down(); }
        void take_down() override {
            if (up_.take_down() && !all_.is_up()) all_.changed_(false);
        }
        void bring_up() override {
            const bool was_up = all_.is_up();
            if (up_.bring_up() && !was_up) all_.changed_(true);
        }

    private:
        RegistryServers& all_;
        UpState up_;
    };

    bool is_up() const {
        return std::ranges::any_of(servers_, [](const Server& each) { return each.is_up(); });
    }
    std::span<Instance* const> instances() { return instances_; }

private:
    std::function<void(bool)> changed_;
    std::deque<Server> servers_;
    std::vector<Instance*> instances_;
};

}  // namespace models
