// What one can wait for or run out of: threads, cores, connections, permits, tokens, memory, disks,
// bandwidth. A kind of node declares its resources and says how each of its instances stands when
// it is asked; the recorder asks once a slice of time and keeps what that slice was like.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/outcome.h"
#include "sim/time.h"
#include "sim/used_slices.h"

namespace sim {

// What it means that so much of it is in use.
enum class ResourceKind : std::uint8_t {
    places,  // held for a time, and waited for: threads, connections, permits
    work,    // serves: cores, a command thread, a device; all in use for most of the time is full
    limit,   // lets so many pass in a time, or at a time, to spare others: full is its duty
    stock,   // a quantity that is there now: memory, descriptors, disk space
};

struct ResourceDeclaration {
    std::string name{};  // in the plural, as it is said: "threads", "connections to db"
    ResourceKind kind = ResourceKind::places;
    std::string within{};           // the resource of this node that is held meanwhile; empty: none
    std::string to{};               // the node that whoever holds it calls
    Cause refusal = Cause::none;    // what it is told who does not get it
    std::string parameter{};        // that makes it larger: "threads"
    bool is_held_by_calls = false;  // who calls another node holds one of it meanwhile
    std::string unit{};             // of a stock: "bytes"
};

// How a resource of one instance stands at a time. Of what is measured over time, the integrals
// (area.h) up to now, in nanoseconds; of a stock, how much there is.
struct Use {
    double size = 0;           // 0: it has no end
    std::uint64_t in_use = 0;  // of a stock: bytes, or how many
    std::uint64_t waiting = 0;
    std::uint64_t full = 0;     // for so long all of it was in use
    std::uint64_t taken = 0;    // times; of a limit, how many passed
    std::uint64_t refused = 0;  // times
};
using Uses = std::vector<Use>;

struct ResourceRecord {
    ResourceDeclaration declared;
    UsedSlices slices;
};

// Asks the instances of a node, and folds what they say.
class ResourceMeter {
public:
    using Read = std::function<void(Time now, Uses& instances)>;
    ResourceMeter(ResourceDeclaration declared, Read read)
        : record_{std::move(declared), {}}, read_(std::move(read)) {}

    // All slices before `end` are over, of which these were the last.
    // Nobody is asked where no request came or was there, unless something was in use before.
    void sample(Time now, std::size_t end, bool is_quiet);

    const ResourceRecord& record() const { return record_; }
    ResourceRecord finish() { return std::move(record_); }

private:
    Used fold(Duration elapsed) const;
    void add(Used& sum, const Use& now, const Use& before, double elapsed) const;

    ResourceRecord record_;
    Read read_;
    Time sampled_{};
    bool is_idle_ = false;  // in the last slice that was looked at
    Uses before_;
    Uses now_;
};

// Something that ends requests for one reason, in one slice.
struct CauseCount {
    std::uint32_t slice;
    Cause cause;
    std::uint32_t count;
};

}  // namespace sim
