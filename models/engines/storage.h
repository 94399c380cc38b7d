// A database's pages: those in its buffer pool cost nothing more, the others are read from a
// device.
//
// A query reads its pages one after the other, as one goes down a tree. Whether a page is in the
// pool is drawn for each: with the share that was given, or, when every page is as likely as any
// other, with the share of the data that fits (what every replacement policy comes to then).
//
// The device serves `queue_depth` reads at a time, each for `read_latency`, and begins no more than
// `iops` a second, evenly: a volume's provisioned IOPS (Amazon EBS). So it serves at most the lower
// of the two, and with one read at a time of a constant latency it is M/D/1.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <tuple>

#include "models/context.h"
#include "models/spec/declaration/spec.h"
#include "models/times.h"
#include "sim/cpu.h"

namespace models {

struct StorageSpec {
    static constexpr std::string_view type_name = "storage";
    static constexpr std::string_view doc = "Pages in a buffer pool, and the device they are on.";
    std::uint32_t pages = 4;
    sim::Bytes data_size{};
    sim::Bytes shared_buffers{std::uint64_t{128} << 20U};
    std::optional<sim::Fraction> hit_ratio;
    Times read_latency = spec::Constant<sim::Duration>{std::chrono::microseconds(100)};
    std::uint32_t queue_depth = 32;
    std::optional<sim::Rate> iops;
    static constexpr auto params() {
        using namespace spec;
        using Spec = StorageSpec;
        return std::tuple{
            param("pages", &Spec::pages, at_most(1000000u),
                  "Pages each query reads, one after another. A table's queries read a page for "
                  "each level of its trees instead."),
            param("data_size", &Spec::data_size,
                  "Size of all pages, each as likely to be read as any. What exceeds "
                  "shared_buffers is read from the device."),
            param("shared_buffers", &Spec::shared_buffers,
                  "The buffer pool (PostgreSQL's name; innodb_buffer_pool_size)."),
            param("hit_ratio", &Spec::hit_ratio,
                  "Buffer hit ratio, whatever the sizes: for a skewed workload. Without it the "
                  "ratio follows from shared_buffers and data_size."),
            param("read_latency", &Spec::read_latency, "Latency of the device for one page."),
            param("queue_depth", &Spec::queue_depth, at_least(1u), at_most(65536u),
                  "Reads that the device serves at a time; more wait."),
            param("iops", &Spec::iops, at_least(sim::Rate{1}),
                  "Most reads that the device begins in a second. Without it there is no limit.")};
    }
    // The share of the pages that is not in the buffer pool.
    double miss_ratio() const {
        if (hit_ratio) return 1 - hit_ratio->value;
        const auto fits = static_cast<double>(shared_buffers.count);
        return std::max(0.0, 1 - fits / static_cast<double>(data_size.count));
    }
    void check(spec::Check& check) const {
        check.that(hit_ratio || data_size.count > 0, "data_size",
                   "what share of the pages is in the pool follows from the data's size",
                   "give a data_size, or a hit_ratio");
    }
};

class Storage {
public:
    Storage(const StorageSpec& spec, const Context& context);

    std::uint32_t pages() const { return spec_.pages; }
    // So many pages, from the pool or from the device.
    Reply read(Request request, std::uint64_t pages);

    // Of a machine that died: nobody has a turn any more.
    void forget_turns() { next_ = {}; }

    // Of what limits it: reads at a time, or how many may begin in a second.
    sim::Use use() const;

    void begin_measuring();
    void finish(sim::NodeRecord& record) const;

private:
    sim::Task<void> read_from_device(const Request& request, sim::Draws& draws);
    sim::Time next_turn();

    StorageSpec spec_;
    Context context_;
    double miss_ratio_;
    sim::Distribution latency_;
    std::uint64_t draws_;
    sim::Duration turn_{};  // from the beginning of one read to that of the next
    sim::Time next_{};
    sim::Duration turns_{};         // that were given
    sim::Duration waited_turns_{};  // for them
    sim::Cpu device_;
    std::uint64_t asked_ = 0;
    std::uint64_t misses_ = 0;
    sim::Duration busy_before_{};
};

}  // namespace models
