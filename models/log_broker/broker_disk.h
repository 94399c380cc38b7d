// The disk of a broker's machine, and the page cache in front of it.
//
// A broker appends to the page cache, and the kernel writes what is dirty there to the disk in the
// background. When more of the cache is dirty than `dirty_ratio` allows, whoever appends waits
// until enough is written (Linux, vm.dirty_ratio, balance_dirty_pages). What was appended last is
// in the cache and read from there; older records are read from the disk, which pushes as much out
// of the cache. Reads go before writing in the background, as Linux' mq-deadline scheduler has it,
// one after the other.
//
// Not modelled: pages read from the disk are not found again by another reader, seeks, the time of
// an fsync (Kafka leaves flushing to the kernel: log.flush.interval.messages), and that the cache
// is empty after a machine was down.
//
// When the disk has no room for a batch, the log directory fails, and as a broker here has one, the
// broker ends (LogDirFailureChannel; "Shutdown broker because all log dirs have failed"). Started
// again, it ends again with the next batch, unless retention has made room.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"
#include "sim/area.h"
#include "sim/resource.h"
#include "sim/scheduler.h"
#include "sim/time.h"

namespace models {

struct BrokerDiskSpec {
    static constexpr std::string_view type_name = "broker_disk";
    static constexpr std::string_view doc =
        "The disk of a broker's machine, which its logs fill, and the page cache in front of it.";
    sim::Bytes size{std::uint64_t{1} << 40U};
    sim::Bytes used{};
    sim::Bytes bandwidth{std::uint64_t{200} << 20U};
    sim::Bytes page_cache{std::uint64_t{24} << 30U};
    sim::Fraction dirty_ratio{0.2};
    static constexpr auto params() {
        using namespace spec;
        using Spec = BrokerDiskSpec;
        constexpr auto most = at_most(sim::Bytes{std::uint64_t{1} << 50U});
        return std::tuple{
            param("size", &Spec::size, at_least(sim::Bytes{1}), most, "Capacity of the disk."),
            param("used", &Spec::used, most,
                  "Bytes on the disk at the start, which stay. Retention does not delete them."),
            param("bandwidth", &Spec::bandwidth, at_least(sim::Bytes{1}), most,
                  "Bytes that are read or written in a second. The default is an assumption."),
            param("page_cache", &Spec::page_cache, at_least(sim::Bytes{std::uint64_t{1} << 20U}),
                  most,
                  "Memory of the machine that the kernel has for its page cache: what was "
                  "appended last is read from there. The default is that of a machine with 32 GiB "
                  "and a heap of 6 GiB."),
            param("dirty_ratio", &Spec::dirty_ratio,
                  "Share of the page cache that may wait to be written before whoever appends "
                  "waits (vm.dirty_ratio).")};
    }
    void check(spec::Check& check) const { check.that(used <= size, "used", "used is above size"); }
};

class BrokerDisk {
public:
    explicit BrokerDisk(const BrokerDiskSpec& spec);

    bool has_room(std::uint64_t bytes) const;
    // How long whoever appends so much has to wait, by what is known now; then look again.
    sim::Duration wait_of(sim::Time now, std::uint64_t bytes);
    void append(sim::Time now, std::uint64_t bytes);
    // Deleted.
    void free(std::uint64_t bytes);
    // Something else takes so much more of it, or less.
    void fill(std::int64_t bytes) { filled_ += bytes; }
    // It is another one, with nothing on it.
    void replace(sim::Time now);
    // What the machine has left for its page cache, where others want some of its memory.
    void leave_cache(std::uint64_t bytes) { page_cache_ = std::min(bytes, spec_.page_cache.count); }
    // How long it takes until so much is read that is not in the page cache.
    sim::Duration read(sim::Time now, std::uint64_t bytes);
    // A count of the bytes that have gone into the page cache; those whose count is behind by
    // `page_cache` are out of it.
    std::uint64_t position() const { return position_; }
    std::uint64_t page_cache() const { return page_cache_; }

    std::uint64_t used() const { return used_ + static_cast<std::uint64_t>(filled_); }
    std::uint64_t bytes_read() const { return read_; }
    sim::Use use(sim::Time now);
    sim::Use space_use() const;
    void refuse() { ++refused_; }

    // A batch or a fetch that waits for it, for as long as this is there.
    class Wait {
    public:
        Wait(BrokerDisk& disk, const sim::Scheduler& clock) : disk_(disk), clock_(clock) {
            disk_.waited_.change(1, clock_.now());
            ++disk_.waiting_;
        }
        Wait(const Wait&) = delete;
        Wait& operator=(const Wait&) = delete;
        ~Wait() {
            disk_.waited_.change(-1, clock_.now());
            --disk_.waiting_;
        }

    private:
        BrokerDisk& disk_;
        const sim::Scheduler& clock_;
    };

private:
    void settle(sim::Time now);
    double bandwidth() const { return static_cast<double>(spec_.bandwidth.count); }

    BrokerDiskSpec spec_;
    std::uint64_t used_;
    std::uint64_t page_cache_;
    std::int64_t filled_ = 0;  // by others
    std::uint64_t position_ = 0;
    std::uint64_t read_ = 0;
    double dirty_ = 0;        // bytes that wait to be written
    sim::Time settled_{};     // when that was so
    sim::Time read_until_{};  // what waits to be read is read
    sim::Duration busy_{};    // until `settled_`
    std::uint64_t requests_ = 0;
    std::uint64_t refused_ = 0;
    sim::Area waited_;
    std::uint64_t waiting_ = 0;
};

// Which records of a replica's log are in the page cache: all from one offset on.
class CachedTail {
public:
    void appended(std::uint64_t offset, std::uint64_t bytes, const BrokerDisk& disk);
    // The first of them; `end` if there are none.
    std::uint64_t first(const BrokerDisk& disk, std::uint64_t end);
    void clear() { marks_.clear(); }

private:
    struct Mark {
        std::uint64_t offset;
        std::uint64_t position;
    };
    std::deque<Mark> marks_;
    std::uint64_t since_ = 0;  // bytes since the last
};

}  // namespace models
