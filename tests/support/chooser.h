// A balancer without a system around it: backends that nobody calls, and requests that stay open
// until they are closed.
#pragma once

#include <cstdlib>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/balancers/backends.h"

namespace support {

class Nobody final : public models::Instance {
public:
    models::Reply call(models::Request) override { std::abort(); }
    bool is_up() const override { return true; }
};

class Chooser {
public:
    using About = models::Backends::About;

    explicit Chooser(const models::BalancerChoice& choice, std::uint64_t seed = 1)
        : recorder_(scheduler, std::chrono::seconds(1)),
          world_{scheduler, recorder_, {seed, 0}, nowhere_, {}},
          context_{world_, "pool", recorder_.add_node("pool", "pool")},
          backends(choice, context_) {}

    void add(const About& about = {}) { backends.add(instances_.emplace_back(), about); }
    void add_equal(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) add();
    }
    void add_weighted(const std::vector<double>& weights) {
        for (const double weight : weights) add({.weight = weight});
    }

    std::uint32_t pick(const models::Request& request = {}) { return backends.pick(request); }

    // A request that is answered before the next one comes.
    std::uint32_t serve(const models::Request& request = {}) {
        const auto taken = backends.take(request);
        backends.give_back(taken, nullptr);
        return taken.id;
    }

    // Open requests are numbered in the order in which they were opened.
    std::uint32_t open(const models::Request& request = {}) {
        return open_.emplace_back(backends.take(request)).id;
    }
    std::size_t opened() const { return open_.size(); }
    void close(std::size_t number) {
        const models::Response answer;
        backends.give_back(open_[number], &answer);
    }

    const models::Context& context() const { return context_; }

    sim::Scheduler scheduler;

private:
    struct NoDirectory final : models::Directory {
        models::Node& node(std::string_view) const override { std::abort(); }
    };

    NoDirectory nowhere_;
    sim::Recorder recorder_;
    models::World world_;
    models::Context context_;
    std::deque<Nobody> instances_;

public:
    models::Backends backends;

private:
    std::vector<models::Backends::Taken> open_;
};

}  // namespace support
