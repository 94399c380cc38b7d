// What clients saw of a store: every operation, from when it was sent until its answer was there.
//
// It is written down outside of the store, where users are, so what it says of the store's promises
// (consistency.h) does not rest on the store's own counts. A version only names a write here: no
// order is read from it.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/time.h"

namespace models {

struct Operation {
    sim::Time began;
    sim::Time ended = sim::kForever;  // kForever: whether it happened, nobody knows
    std::uint64_t key = 0;
    std::uint64_t version = 0;  // written or read; 0: what was there at the start
    std::uint64_t session = 0;  // whose it is: operations of one follow each other
    bool is_write = false;

    bool is_known() const { return ended != sim::kForever; }
    // It was over before the other began.
    bool is_before(const Operation& other) const { return ended < other.began; }
};

class History {
public:
    explicit History(std::size_t most) : most_(most) {}

    static constexpr std::size_t kNotKept = ~std::size_t{0};

    std::size_t begin(const Operation& operation) {
        if (operations_.size() == most_) {
            ++left_out_;
            return kNotKept;
        }
        operations_.push_back(operation);
        return operations_.size() - 1;
    }
    void end(std::size_t number, sim::Time now, std::uint64_t version) {
        Operation& operation = operations_[number];
        assert(!operation.is_known() && operation.began <= now);
        operation.ended = now;
        operation.version = version;
    }

    // In the order in which they began.
    const std::vector<Operation>& operations() const { return operations_; }
    std::uint64_t left_out() const { return left_out_; }

private:
    std::size_t most_;
    std::vector<Operation> operations_;
    std::uint64_t left_out_ = 0;
};

// Of each node that is listened to, by name.
class Histories {
public:
    void keep(const std::string& node, std::size_t most) { all_.try_emplace(node, most); }
    // Null when nobody listens.
    History* of(std::string_view node) {
        const auto found = all_.find(node);
        return found == all_.end() ? nullptr : &found->second;
    }
    const std::map<std::string, History, std::less<>>& all() const { return all_; }

private:
    std::map<std::string, History, std::less<>> all_;
};

}  // namespace models
