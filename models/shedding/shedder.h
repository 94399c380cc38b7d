// How a server keeps its line short when it cannot keep up: rules about who waits, for how long,
// who is next, and who is dropped. Arithmetic on time and on the line's length, with no scheduler
// in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/time.h"

namespace models {

class Shedder {
public:
    static constexpr std::string_view family = "shedders";
    static constexpr std::string_view family_doc =
        "Load shedding: rules that keep the queue for a server's threads short. Several apply "
        "together.";

    virtual ~Shedder() = default;

    // A request comes to a line of `waiting` others: how long it may wait.
    virtual sim::Duration patience(sim::Time, std::size_t /*waiting*/) {
        return sim::Duration::max();
    }

    // Its turn has come after `waited`, with `waiting` others behind it: whether it is dropped all
    // the same. Asked for every request, those that did not have to wait included.
    virtual bool drops(sim::Time, sim::Duration /*waited*/, std::size_t /*waiting*/) {
        return false;
    }

    // Whether the newest of a line of `waiting` is next, and not the oldest.
    virtual bool newest_first(std::size_t /*waiting*/) const { return false; }

    // Whether more important requests go first and, when the line is full, take the place of less
    // important ones.
    virtual bool by_priority() const { return false; }
};

}  // namespace models
