// All that was done with one item: its operations, and its values, each with who wrote and who read
// it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/histories/history.h"

namespace models {

// A value and who saw it. It was there from before `first_end`, when the first operation on it was
// over, until after `last_begin`, when the last began: a forward zone, if that is later. Otherwise
// all its operations overlap, and it was there at some instant between the two: a backward zone.
struct SeenValue {
    const Operation* write = nullptr;  // null: of the start, or of one who was not listened to
    bool is_initial = false;
    const Operation* ends_first = nullptr;   // null: it was there at the start
    const Operation* begins_last = nullptr;  // null: nobody saw it

    void see(const Operation& operation) {
        const bool is_first = ends_first == nullptr && !is_initial;
        if (is_first || (ends_first != nullptr && operation.ended < ends_first->ended)) {
            ends_first = &operation;
        }
        if (begins_last == nullptr || operation.began > begins_last->began) {
            begins_last = &operation;
        }
    }
    sim::Time first_end() const {
        return ends_first == nullptr ? sim::Time::min() : ends_first->ended;
    }
    sim::Time last_begin() const { return begins_last->began; }
    bool is_forward() const { return first_end() < last_begin(); }

    // By real time: its write was over before the other's began.
    bool is_older_than(const SeenValue& other) const {
        if (other.write == nullptr) return false;
        return is_initial || (write != nullptr && write->is_before(*other.write));
    }
};

class ItemHistory {
public:
    static constexpr std::uint64_t kInitial = 0;

    // In the order in which they began; they outlive this. All are of one item.
    explicit ItemHistory(const std::vector<const Operation*>& operations);

    // Reads whose outcome nobody knows are not among them.
    const std::vector<const Operation*>& operations() const { return operations_; }
    const std::map<std::uint64_t, SeenValue>& values() const { return values_; }
    const SeenValue& value(const Operation& of) const { return values_.at(of.version); }

    // "the value written at 3.2 s".
    static std::string words_for(const SeenValue& value);

private:
    std::vector<const Operation*> operations_;
    std::map<std::uint64_t, SeenValue> values_;  // by version, those that somebody saw
};

}  // namespace models
