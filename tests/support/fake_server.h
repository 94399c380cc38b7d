// A server without a scenario, whose instances crash and come and go as a test says.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "models/node.h"

namespace support {

class FakeInstance final : public models::Instance {
public:
    models::Reply call(models::Request) override { co_return models::Response{}; }
    bool is_up() const override { return up; }
    std::uint32_t times_down() const override { return downs; }
    void take_down() {
        up = false;
        ++downs;
    }
    void bring_up() { up = true; }

    bool up = true;
    std::uint32_t downs = 0;
};

// It starts with that many instances.
class FakeServer final : public models::Node {
public:
    explicit FakeServer(std::size_t count) {
        for (std::size_t each = 0; each < count; ++each) there_.push_back(&all.emplace_back());
    }

    std::span<models::Instance* const> instances() override { return there_; }
    void watch(models::Membership& membership) override { watching_.push_back(&membership); }

    // A new one, or the same again.
    models::Instance& join() {
        models::Instance& instance = all.emplace_back();
        there_.push_back(&instance);
        return join(instance);
    }
    models::Instance& join(models::Instance& instance) {
        for (models::Membership* const each : watching_) each->joined(instance);
        return instance;
    }
    void leave(models::Instance& instance) {
        for (models::Membership* const each : watching_) each->leaving(instance);
    }
    void end(models::Instance& instance) {
        for (models::Membership* const each : watching_) each->ending(instance);
    }

    std::deque<FakeInstance> all;

private:
    std::vector<models::Instance*> there_;
    std::vector<models::Membership*> watching_;
};

}  // namespace support
