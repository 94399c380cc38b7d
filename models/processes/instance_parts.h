// What goes on in each instance of a server beside its requests, as instances come and go: members
// of a consumer group, consumers of a queue, relays of an outbox.
//
//     parts_.start(server, 2, [this](Instance& process, std::uint32_t instance, std::uint32_t
//     number) {
//         return std::make_unique<Part>(*this, process, instance, number);
//     });
//
// A part has start() (again, too), leave() and dismiss(); and end(), where the process waits for it
// when it is told to end (Endable).
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "models/node.h"

namespace models {

template <class Part>
class InstanceParts final : Membership {
public:
    // In the instance of that index, counted from 0 as they came, the part of that number.
    using Make = std::function<std::unique_ptr<Part>(Instance& process, std::uint32_t instance,
                                                     std::uint32_t number)>;

    // So many in each instance.
    void start(Node& server, std::uint32_t in_each, Make make) {
        in_each_ = in_each;
        make_ = std::move(make);
        for (Instance* const each : server.instances()) joined(*each);
        server.watch(*this);
    }
    void dismiss() {
        for (const auto& each : all_) each->dismiss();
    }

    // All leave, and none starts until this is over.
    void stop() {
        is_stopped_ = true;
        for (const auto& each : all_) each->leave();
    }
    void go_on() {
        is_stopped_ = false;
        for (const Process& each : processes_) {
            if (each.is_there) start_in(each);
        }
    }

    const std::vector<std::unique_ptr<Part>>& all() const { return all_; }

private:
    struct Process {
        const Instance* instance;
        std::size_t first;  // of its parts
        bool is_there = true;
    };

    void joined(Instance& instance) override {
        auto process = find(instance);
        if (process == processes_.end()) {
            const auto index = static_cast<std::uint32_t>(processes_.size());
            process = processes_.insert(processes_.end(), {&instance, all_.size()});
            for (std::uint32_t each = 0; each < in_each_; ++each) {
                all_.push_back(make_(instance, index, each));
            }
        }
        process->is_there = true;
        if (!is_stopped_) start_in(*process);
    }
    void leaving(Instance& instance) override {
        for_each_in(instance, [](Part& each) { each.leave(); });
    }
    void ending(Instance& instance) override {
        if constexpr (requires(Part & part) { part.end(); }) {
            for_each_in(instance, [](Part& each) { each.end(); });
        }
    }

    typename std::vector<Process>::iterator find(const Instance& instance) {
        return std::find_if(processes_.begin(), processes_.end(),
                            [&](const Process& each) { return each.instance == &instance; });
    }
    void start_in(const Process& process) {
        for (std::size_t each = 0; each < in_each_; ++each) all_[process.first + each]->start();
    }
    template <class Action>
    void for_each_in(const Instance& instance, Action action) {
        const auto process = find(instance);
        if (process == processes_.end()) return;
        process->is_there = false;
        for (std::size_t each = 0; each < in_each_; ++each) action(*all_[process->first + each]);
    }

    std::uint32_t in_each_ = 0;
    Make make_;
    std::vector<Process> processes_;
    std::vector<std::unique_ptr<Part>> all_;  // process by process
    bool is_stopped_ = false;
};

}  // namespace models
