// One replica of a server: threads, an accept queue, cores, memory, and the visits it has now.
#pragma once

#include <algorithm>

#include "models/autoscalers/workload.h"
#include "models/connections/connection_pool.h"
#include "models/failures/injection.h"
#include "models/instance_state.h"
#include "models/processes/restarts.h"
#include "models/servers/cores.h"
#include "models/servers/process_memory.h"
#include "models/servers/server.h"
#include "models/servers/slow_log.h"
#include "sim/gate.h"
#include "sim/semaphore.h"

namespace models {

class ServerInstance final : public Instance,
                             public Crashable,
                             public Slowable,
                             public Injectable,
                             public CarriesValues,
                             public Restartable,
                             public Hosted,
                             public MemorySharing,
                             public Endable {
public:
    ServerInstance(Server& server, std::uint32_t index);

    Go enter(Call& call) override {
        ++requests_;
        return server_.come(call, index_, place_);
    }
    Reply call(Request request) override;

    bool is_up() const override { return up_.is_up(); }
    // Up, and taking new requests.
    bool is_open() const { return is_up() && !closed_; }
    // By the kernel of its machine, which has no more.
    void kill_for_memory() override { memory_.kill(); }
    sim::Cpu& cores() override { return cores_.cpu(); }
    std::optional<Memory> memory_of_process() const override {
        return Memory{is_up() ? memory_.working_set() : 0, server_.spec().memory};
    }
    std::uint16_t zone() const override { return zone_; }
    PlaceId place() const override { return place_; }
    // Where the machine stands that it was placed on.
    void stand_on(std::uint16_t zone, PlaceId machine) {
        zone_ = zone;
        place_ = machine;
    }
    sim::Duration backlog() const override;
    std::uint32_t times_down() const override { return up_.times_down(); }
    void take_down() override;
    void bring_up() override;
    void slow_down(double factor) override { cores_.slow_down(factor); }
    void speed_up(double factor) override { cores_.speed_up(factor); }
    Injection* injection() override { return injection_.get(); }
    void kill_process() override;
    void take_memory(std::int64_t bytes) override { memory_.take(bytes); }
    // It has just died: how long until it is started again.
    sim::Duration restart_wait() { return restarts_.wait(world_.scheduler.now()); }
    // It writes that before it dies: how much of it its disk has room for.
    double write_dump(double bytes) { return disk_ ? disk_->write(bytes) : bytes; }

    // A process that has been there for long: its connections are open.
    void start();
    void dismiss();

    std::uint32_t index() const { return index_; }
    World& world() const { return world_; }
    // How many times as long a piece of work takes here.
    double work_factor(sim::Draws& draws) const {
        return work_factor_ ? work_factor_->sample(draws) : 1;
    }
    sim::Cpu& cpu() { return cores_.cpu(); }
    const sim::Cpu& cpu() const { return cores_.cpu(); }
    std::size_t threads_busy() const { return threads_.taken(); }
    std::size_t waiting_peak() const { return waiting_peak_; }

    // Takes no new requests, though those it has go on; then a new process in its place.
    void close() { closed_ = true; }
    void open() { closed_ = false; }

    // Other cores and memory, from now on.
    void resize(Workload::Size size);

    // A new pod, of this version, with nothing of what was there before.
    struct Version {
        double faults = 0;  // the share of what is asked for it that fails
        double slower = 1;
    };
    void become(const Version& version);
    // How long requests took since then; only kept where versions are compared by it.
    const sim::Histogram& latencies() const { return latencies_; }
    std::uint64_t ended() const { return ended_; }
    std::uint64_t failed() const { return failed_; }

    std::size_t visits() const { return memory_.visits(); }
    bool is_idle() const { return visits() == 0 && held_ == 0; }
    void hold() override { ++held_; }
    void let_go() override;
    const ProcessMemory& memory() const { return memory_; }
    sim::Gate& idle();  // opens when the last request has left
    InstanceSample vitals() const;
    // Nothing of its past shows: no requests, no failure in force.
    bool is_as_new() const { return visits() == 0 && !cores_.is_slow(); }

    // What came and what its cores worked since the measuring began.
    void begin_measuring();
    std::uint64_t requests() const { return requests_ - requests_before_; }
    sim::Duration busy() const { return worked() - busy_before_; }
    // As scrapers read it: since the start, and now.
    double worked_s() const { return sim::seconds(worked()); }
    double pooled_in_use() const;

    // What its requests wait for or run out of.
    sim::Use threads_use() const { return threads_.use(); }
    sim::Use background_use() const { return background_.use(); }
    sim::Use cores_use() const { return cores_.use(); }
    sim::Use descriptor_use() const;
    sim::Use disk_use() const { return disk_->use(world_.scheduler.now()); }
    sim::Use disk_space_use() const { return disk_->space_use(); }
    sim::Use pool_use(std::size_t index) const {
        return index < pools_.size() ? pools_[index]->use() : sim::Use{};
    }

    // What its other parts have to tell, of several instances together.
    struct Counts {
        std::uint64_t periods = 0;
        std::uint64_t throttled = 0;
        std::uint64_t out_of_descriptors = 0;
        std::size_t descriptors_peak = 0;
        std::uint64_t pool_timeouts = 0;
        std::size_t pool_waiting_peak = 0;
        double pool_in_use = 0;  // connections, mean over time
        std::size_t pool_connections = 0;
        std::size_t background_peak = 0;  // waiting
        sim::Duration background_lag{};   // the longest
        std::uint64_t background_rejected = 0;
        double disk_used = 0;
        std::uint64_t disk_full = 0;
        double page_cache = 0;   // the largest there is now
        double disk_busy_s = 0;  // writing logs
        std::uint64_t slow = 0;
    };
    void count(Counts& into);

    // --- what visits (visit.h) and steps need ---

    // Why there is no place for one more; none when there is.
    Cause refusal_of(const Request& request) {
        const bool has_thread = !threads_.full() && !server_.spec_.descriptors;
        return has_thread && is_open() ? Cause::none : closer_refusal_of(request);
    }
    void come() {
        if (server_.objective_) [[unlikely]]
            server_.objective_->came();
        memory_.came();
    }
    void go(sim::Time arrived, bool succeeded) {
        ++ended_;
        failed_ += !succeeded;
        if (server_.looks_at_ends_) [[unlikely]]
            look_at_end(arrived, succeeded);
        memory_.left();
        if (is_idle() && !idle_.is_open()) idle_.open();
    }
    void leak_descriptor(const Request& request);
    SlowLog* slow_log() { return slow_log_.get(); }

    sim::Semaphore& threads() { return threads_; }
    // A place in the line for one, as its rules say.
    sim::Semaphore::TakingUntil take_thread(const Request& request);
    bool has_rules() const { return has_rules_; }
    bool drops(sim::Duration waited);
    void note_waiting();

    // What few requests do before their first step: the work of being traced, a version's faults,
    // the log.
    bool has_to_prepare(const Request& request) const {
        return request.span != 0 || version_.faults > 0 || writes_;
    }
    Reply prepare(Request request, RequestProfile* profile);

    void watch_quota() { cores_.watch_quota(); }
    ConnectionPool& pool(std::size_t index) { return *pools_[index]; }
    void note_pool_timeout() { ++counts_.pool_timeouts; }
    bool has_descriptor();
    void take_descriptor() { ++calls_out_; }
    void give_back_descriptor() { --calls_out_; }

    sim::Semaphore& background() { return background_; }
    // Whether there is a thread of it, or a place in the line for one.
    bool has_room_in_background();
    void note_background_rejected() { ++counts_.background_rejected; }
    void note_background_lag(sim::Duration lag) {
        counts_.background_lag = std::max(counts_.background_lag, lag);
    }

private:
    Cause closer_refusal_of(const Request& request);
    void look_at_end(sim::Time arrived, bool succeeded);
    std::size_t descriptors() const;
    sim::Duration worked() const { return cores_.worked(); }
    sim::Task<void> make_span();
    sim::Task<bool> write_log(const Request& request, RequestProfile* profile);
    bool makes_room_for(const Request& request);

    // What every request needs comes first, close together: there may be many instances, and each
    // line of the cache is fetched anew.
    Server& server_;
    World& world_;
    sim::Meter& meter_;
    std::uint32_t index_;
    PlaceId place_;
    std::uint16_t zone_;
    bool closed_ = false;
    bool has_rules_ = false;
    bool writes_;  // a log, or something else to its disk
    UpState up_;
    std::uint64_t requests_ = 0;
    std::uint64_t ended_ = 0;
    std::uint64_t failed_ = 0;
    sim::Semaphore threads_;
    Cores cores_;
    sim::Gate idle_;
    std::uint32_t held_ = 0;
    ProcessMemory memory_;

    LineRules rules_;  // of the line for threads
    std::size_t waiting_peak_ = 0;
    Version version_;
    std::unique_ptr<SlowLog> slow_log_;
    std::unique_ptr<Injection> injection_;
    std::uint64_t requests_before_ = 0;
    sim::Duration busy_before_{};
    Restarts restarts_;
    sim::Histogram latencies_;
    std::vector<std::unique_ptr<ConnectionPool>> pools_;
    std::optional<Disk> disk_;
    sim::Semaphore background_;
    std::size_t calls_out_ = 0;
    std::size_t descriptors_leaked_ = 0;
    Counts counts_;
    std::optional<sim::Distribution> work_factor_;  // none: all work takes what it takes
};

}  // namespace models
