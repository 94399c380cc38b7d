// The machinery around a balancer: who there is, and how many requests each has now.
#pragma once

#include <memory>
#include <vector>

#include "models/balancers/balancers.h"
#include "models/node.h"

namespace models {

class Backends {
public:
    Backends(const BalancerChoice& choice, const Context& context)
        : balancer_(Balancers::build(choice, context)) {}

    void add(Instance& instance) {
        instances_.push_back(&instance);
        candidates_.emplace_back();
    }
    std::span<Instance* const> instances() const { return instances_; }

    // One request in flight at the backend that was picked for it.
    class Placed {
    public:
        Placed(Backends& backends, std::size_t index) : backends_(backends), index_(index) {
            ++backends_.candidates_[index_].active;
        }
        Placed(const Placed&) = delete;
        Placed& operator=(const Placed&) = delete;
        ~Placed() { --backends_.candidates_[index_].active; }

        Instance& instance() const { return *backends_.instances_[index_]; }

    private:
        Backends& backends_;
        std::size_t index_;
    };

    Placed place(const Request& request) { return {*this, balancer_->pick(candidates_, request)}; }

private:
    std::unique_ptr<Balancer> balancer_;
    std::vector<Instance*> instances_;
    std::vector<Candidate> candidates_;
};

}  // namespace models
