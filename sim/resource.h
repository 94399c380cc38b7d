// What one can wait for or run out of: threads, cores, connections, permits, tokens, memory, disks,
// bandwidth. A kind of node declares a row for each of its resources, beside its figures
// (figure.h), and says how each of its instances stands when it is asked; the recorder asks once a
// slice of time and keeps what that slice was like. Diagnosis, `describe` and the reference read
// the rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/figure.h"
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

constexpr std::string_view word_of(ResourceKind kind) {
    constexpr std::string_view kWords[] = {"places", "work", "limit", "stock"};
    return kWords[static_cast<std::size_t>(kind)];
}

struct ResourceTraits {
    std::string_view parameter{};   // that makes it larger: "threads"; empty: none does
    std::string_view within{};      // the resource of this node that is held meanwhile
    Cause refusal = Cause::none;    // what it is told who does not get it
    bool is_held_by_calls = false;  // who calls another node holds one of it meanwhile
};

struct Resource : ResourceTraits {
    std::string_view name;  // as it is said: "threads"; "connections to <node>": one for each node
    ResourceKind kind;
    Unit unit;               // of its size and use
    std::string_view doc;    // who takes how much of it
    std::string_view freed;  // what frees it
};

consteval Resource resource(std::string_view name, ResourceKind kind, Unit unit,
                            std::string_view doc, std::string_view freed,
                            ResourceTraits traits = {}) {
    if (name.empty()) throw "a resource has a name";
    if (doc.size() < 8 || doc.back() != '.') throw "a resource's doc is a sentence";
    if (freed.size() < 8 || freed.back() != '.') throw "what frees a resource is a sentence";
    return {traits, name, kind, unit, doc, freed};
}

// What differs from node to node.
struct ResourceWords {
    std::string name{};         // what stands where its name has angle brackets; empty: `to`
    std::string to{};           // the node that whoever holds it calls
    std::string parameter{};    // empty: as the row says
    std::string_view within{};  // empty: as the row says
};

// A resource of one node.
struct DeclaredResource {
    Resource row;
    std::string name;       // "connections to db"
    std::string to;         // empty: no other node
    std::string parameter;  // "pools.0.maximum_pool_size"
};
DeclaredResource declared(const Resource& row, ResourceWords words);

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
    DeclaredResource declared;
    UsedSlices slices;
};

// Asks the instances of a node, and folds what they say.
class ResourceMeter {
public:
    using Read = std::function<void(Time now, Uses& instances)>;
    ResourceMeter(DeclaredResource of, Read read)
        : record_{std::move(of), {}}, read_(std::move(read)) {}

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
