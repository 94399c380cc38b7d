// The memory of a broker's container: its JVM's heap, what it needs beside it, and the page cache.
//
// A batch lies in the heap from when it comes until it is answered, and an answer to a fetch until
// it is sent (in Kafka it goes from the page cache to the socket and takes none: sendfile). What is
// left of the container's memory is the page cache. So the longer batches wait for the disk, the
// smaller the cache is, the sooner appends wait for dirty pages, and the longer they wait.
//
// The kernel kills the process when heap, native memory and what others in the container take are
// more than its limit; the JVM ends by itself when what lives is more than the heap
// (-XX:+ExitOnOutOfMemoryError, as Kafka's containers have it). Either way it is started again
// after its back-off (processes/restarts.h), and recovers its logs (Broker::recover).
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>

#include "models/processes/process_heap.h"
#include "models/processes/restarts.h"
#include "models/spec/declaration/spec.h"
#include "sim/resource.h"
#include "sim/scheduler.h"

namespace models {

struct BrokerMemorySpec {
    static constexpr std::string_view type_name = "broker_memory";
    static constexpr std::string_view doc =
        "Memory of a broker's container: heap, native memory, and the page cache in what is left.";
    sim::Bytes limit{std::uint64_t{8} << 30U};
    sim::Bytes heap{std::uint64_t{6} << 30U};
    sim::Bytes heap_live{std::uint64_t{200} << 20U};
    sim::Bytes native{std::uint64_t{300} << 20U};
    sim::Duration restart_time = std::chrono::seconds(10);
    static constexpr auto params() {
        using namespace spec;
        using Spec = BrokerMemorySpec;
        constexpr sim::Bytes kMiB{std::uint64_t{1} << 20U};
        constexpr auto most = at_most(sim::Bytes{std::uint64_t{1} << 50U});
        return std::tuple{
            param("limit", &Spec::limit, at_least(kMiB), most,
                  "Memory of the container. What heap and native memory leave of it is page cache; "
                  "beyond it the process is killed (OOMKilled)."),
            param("heap", &Spec::heap, at_least(kMiB), most,
                  "Heap of the JVM (-Xmx and -Xms). A process whose batches under way need more "
                  "ends (OutOfMemoryError)."),
            param("heap_live", &Spec::heap_live, most,
                  "Live data in the heap without any batch. The default is an assumption."),
            param("native", &Spec::native, most,
                  "Memory of the JVM beside its heap: code, threads, direct buffers. The default "
                  "is an assumption."),
            param("restart_time", &Spec::restart_time, at_least(sim::Duration::zero()),
                  "Time a process needs to start, after the back-off of whoever starts it again "
                  "(none, 10s, 20s and so on up to 5min). The recovery of its logs comes on top.")};
    }
    void check(spec::Check& check) const {
        check.that(heap_live <= heap, "heap_live", "more lives than the heap has room for");
        check.that(heap_live.count + native.count <= limit.count, "limit",
                   "heap_live and native are more than the container has",
                   "the broker would be killed as it starts: raise \"limit\"");
    }
};

// Whose memory it is.
class MemoryOwner {
public:
    virtual void stop_world() = 0;
    virtual void resume_world() = 0;
    virtual void collector_takes(double share) = 0;
    // It is out of memory, at this moment; true when its process dies of that.
    virtual bool out_of_memory(std::string_view why) = 0;

protected:
    ~MemoryOwner() = default;
};

class BrokerMemory final : Heaped {
public:
    BrokerMemory(const BrokerMemorySpec& spec, std::uint32_t cores, sim::Scheduler& scheduler,
                 MemoryOwner& owner);

    // A batch, for as long as this is there. The memory may be null.
    class Held {
    public:
        Held(BrokerMemory* memory, std::uint64_t bytes)
            : held_(memory != nullptr ? &memory->heap_ : nullptr, bytes) {
            if (memory != nullptr) memory->check();
        }

    private:
        ProcessHeap::Held held_;
    };

    void restart();  // a new process
    // Its process has gone, and what that had is free.
    void end() { runs_ = false; }
    // Another process takes so much more, or less.
    void take(std::int64_t bytes);
    // It has died: how long until it is started again.
    sim::Duration time_to_restart();

    double page_cache() const;
    double working_set() const;
    bool is_over_limit() const { return working_set() > static_cast<double>(spec_.limit.count); }
    const Heap::Counts& counts() const { return heap_.heap().counts(); }
    void begin_measuring() { heap_.heap().begin_measuring(); }
    sim::Use use() const;
    sim::Use heap_use() const;

private:
    void check();
    void stop_world() override { owner_.stop_world(); }
    void resume_world() override { owner_.resume_world(); }
    void out_of_heap() override;
    void collector_takes(double share) override { owner_.collector_takes(share); }
    void collected(std::string_view, double, double, sim::Duration) override { check(); }

    BrokerMemorySpec spec_;
    sim::Scheduler& scheduler_;
    MemoryOwner& owner_;
    ProcessHeap heap_;
    Restarts restarts_{std::chrono::seconds(10), std::chrono::minutes(5)};
    bool runs_ = true;         // its process
    std::int64_t taken_ = 0;   // by others
    std::uint64_t kills_ = 0;  // by the kernel
    std::uint64_t ends_ = 0;   // of its own accord
};

}  // namespace models
